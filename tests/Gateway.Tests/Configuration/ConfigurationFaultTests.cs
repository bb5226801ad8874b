using Thrum.Gateway.Configuration;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Configuration;

public sealed class ConfigurationFaultTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_MissingFile_NamesIt()
    {
        string path = _folder.File("absent.json");

        string fault = Assert.Single(Assert.Throws<ConfigurationException>(() => ConfigurationLoader.Load(path, [])).Faults);

        Assert.Contains(path, fault, StringComparison.Ordinal);
        Assert.Contains("does not exist", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("name = thrum")]
    [InlineData("""{ "name": "a" "version": 1 }""")]
    [InlineData("""{ "name": "a", "NAME": "b" }""")]
    public void Load_NotAJsonObject_IsTold(string content)
    {
        string fault = Assert.Single(_folder.Faults(content));

        Assert.StartsWith($"The configuration file {_folder.File()} is not JSON: ", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""" "nam": "x" """, "Unknown setting 'nam': did you mean 'Name'?")]
    [InlineData(""" "http": { "prot": 1 } """, "Unknown setting 'Http:prot': did you mean 'Http:Port'?")]
    [InlineData(""" "influx": [ { "url": "http://x", "buket": "b", "bucket": "b" } ] """, "Unknown setting 'Influx:0:buket': did you mean 'Influx:0:Bucket'?")]
    [InlineData(""" "http": { "port": 70000 } """, "Http:Port is '70000', expected a value from 0 to 65535")]
    [InlineData(""" "http": { "port": "http" } """, "Http:Port is 'http', expected a whole number")]
    [InlineData(""" "http": { "port": 1.5 } """, "Http:Port is '1.5', expected a whole number")]
    [InlineData(""" "http": { "port": [] } """, "Http:Port is '', expected a whole number")]
    [InlineData(""" "http": { "port": [ 1 ] } """, "Http:Port is a group or list, expected a whole number")]
    [InlineData(""" "http": { "enabled": "yes" } """, "Http:Enabled is 'yes', expected true or false")]
    [InlineData(""" "http": "off" """, "Http is 'off', expected a group of settings")]
    [InlineData(""" "http": { "address": "0.0.0.0" } """, "Http:Address is '0.0.0.0' and Tokens is empty, expected a loopback address such as 127.0.0.1, or an entry in Tokens as 'thrum token create' prints it: others could reach it")]
    [InlineData(""" "http": { "address": "here" } """, "Http:Address is 'here', expected an IP address such as 127.0.0.1")]
    [InlineData(""" "http": { "publicUrl": "plant.example" } """, "Http:PublicUrl is 'plant.example', expected an absolute http or https URL such as https://plant.example/thrum, of at most 200 characters, without user, query and fragment")]
    [InlineData(""" "http": { "publicUrl": "ftp://plant.example/" } """, "Http:PublicUrl is 'ftp://plant.example/', expected an absolute http or https URL such as https://plant.example/thrum, of at most 200 characters, without user, query and fragment")]
    [InlineData(""" "http": { "publicUrl": "https://plant.example/?a=b" } """, "Http:PublicUrl is 'https://plant.example/?a=b', expected an absolute http or https URL such as https://plant.example/thrum, of at most 200 characters, without user, query and fragment")]
    [InlineData(""" "http": { "publicUrl": "https://ann:pw@plant.example/" } """, "Http:PublicUrl is 'https://ann:pw@plant.example/', expected an absolute http or https URL such as https://plant.example/thrum, of at most 200 characters, without user, query and fragment")]
    [InlineData(""" "http": { "tokens": [ { "name": "ann", "hash": "thrum_abc" } ] } """, "Http:Tokens:0:Hash is 'thrum_abc', expected the SHA-256 of a token, 64 hexadecimal digits, as 'thrum token create' prints it")]
    [InlineData(""" "http": { "tls": { "keyFile": "key.pem" } } """, "Http:Tls:CertificateFile is empty, expected the certificate of KeyFile")]
    [InlineData(""" "influx": "http://x" """, "Influx is 'http://x', expected a list")]
    [InlineData(""" "influx": { "url": "http://x" } """, "Influx has a setting 'url', expected a list of such groups")]
    [InlineData(""" "drainDeadline": "30" """, "DrainDeadline is '30', expected a duration such as 00:00:30 (hours:minutes:seconds)")]
    [InlineData(""" "drainDeadline": "00:11:00" """, "DrainDeadline is '00:11:00', expected a value from 00:00:00 to 00:10:00")]
    [InlineData(""" "name": "" """, "Name is empty, expected a value")]
    [InlineData(""" "version": 2 """, "Version is 2, expected 1: this is another Thrum's configuration")]
    [InlineData(""" "store": { "path": " " } """, "Store:Path is empty, expected the path of the database file")]
    public void Load_OneFault_IsOneSentence(string members, string expected) =>
        Assert.Equal(expected, Assert.Single(_folder.Faults(ConfigurationFolder.Minimal(members))));

    [Theory]
    [InlineData(""" "severity": "bad" """, "Detector:Alarms:0:Severity is 'bad', expected warning or alarm")]
    [InlineData(""" "severity": "1" """, "Detector:Alarms:0:Severity is '1', expected warning or alarm")]
    [InlineData(""" "raiseSigma": "NaN" """, "Detector:Alarms:0:RaiseSigma is 'NaN', expected a number")]
    [InlineData(""" "raiseCount": 6 """, "Detector:Alarms:0:RaiseCount is 6, expected at most OfWindows (5)")]
    [InlineData(""" "threshold": "fixed" """, "Detector:Alarms:0:Raise is missing, expected a number because Threshold is fixed")]
    public void Load_FaultyAlarmRule_IsNotLeftOut(string members, string expected)
    {
        string json = $$"""{ {{ConfigurationFolder.Topics}}, "detector": { "models": [ { "path": "m.onnx" } ], "alarms": [ { {{members}} } ] } }""";

        Assert.Equal(expected, Assert.Single(_folder.Faults(json)));
    }

    [Theory]
    [InlineData(""" "template": "v/{machin}" """, "Mqtt:Topics:0:Template is 'v/{machin}': ")]
    [InlineData(""" "template": "v/{machine}", "format": "f32" """, "Mqtt:Topics:0:Format is 'f32', expected one of f32le, ")]
    [InlineData(""" "template": "v/{machine}", "qos": 3 """, "Mqtt:Topics:0:Qos is '3', expected a value from 0 to 2")]
    [InlineData(""" "template": "v/{machine}", "filter": "a/#/b" """, "Mqtt:Topics:0:Filter is 'a/#/b', expected an MQTT topic filter")]
    [InlineData(""" "format": "json" """, "Mqtt:Topics:0:Template is empty, expected a value")]
    public void Load_FaultyTopic_IsNotLeftOut(string members, string expected)
    {
        string json = $$"""{ "mqtt": { "topics": [ { {{members}} } ] }, {{ConfigurationFolder.Models}} }""";

        Assert.StartsWith(expected, Assert.Single(_folder.Faults(json)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Mqtt:Port=0", "Mqtt:Port is '0', expected a value from 1 to 65535")]
    [InlineData("Mqtt:Password=x", "Mqtt:Password is set without User; MQTT 3.1.1 does not allow that")]
    [InlineData("Mqtt:MaxMessageBytes=100", "Mqtt:MaxMessageBytes is '100', expected a value from 1024 to 268435456")]
    [InlineData("Mqtt:PasswordFile=absent", "Mqtt:PasswordFile is '")]
    [InlineData("Mqtt:Pot=1", "Unknown setting 'Mqtt:Pot': did you mean 'Mqtt:Port'?")]
    [InlineData("Mqtt", "--set 'Mqtt' was expected to be Section:Key=value")]
    public void Load_FaultySet_IsTold(string setting, string expected) =>
        Assert.StartsWith(expected, Assert.Single(_folder.Faults(ConfigurationFolder.Minimal(), setting)), StringComparison.Ordinal);

    [Fact]
    public void Load_SameIdTwice_IsTold()
    {
        string fault = Assert.Single(_folder.Faults(ConfigurationFolder.Minimal(
            """ "influx": [ { "id": "a", "url": "http://x", "bucket": "b" } ], "webhooks": [ { "id": "a", "url": "http://x" } ] """)));

        Assert.Contains("'a' stands more than once", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""" "detector": { "alarms": [ { "id": "quality-mine" } ] } """)]
    [InlineData(""" "detector": { "votes": [ { "id": "quality-mine" } ] } """)]
    [InlineData(""" "detector": { "trends": { "rules": [ { "id": "quality-mine", "kind": "change" } ] } } """)]
    public void Load_RuleNamedAsThoseOfDataQuality_IsTold(string section) => Assert.Contains(
        "holds the Id 'quality-mine', expected one that does not begin with 'quality-'", Assert.Single(_folder.Faults(ConfigurationFolder.Minimal(section))), StringComparison.Ordinal);

    [Fact]
    public void Load_SeveralFaults_AreToldAtOnce()
    {
        IReadOnlyList<string> faults = _folder.Faults("""
            { "nam": "x", "http": { "port": "abc", "address": "10.0.0.1" }, "drainDeadline": "01:00:00",
              "influx": [ { "url": "here" } ], "webhooks": [ { "id": "a b", "url": "http://x" } ],
              "detector": { "baseline": { "enabled": false } } }
            """);

        string[] expected =
        [
            "Unknown setting 'nam'", "Http:Port is 'abc'", "Http:Address is '10.0.0.1'", "DrainDeadline is '01:00:00'", "Influx:0:Url is 'here'",
            "Influx:0:Bucket is empty", "Webhooks:0:Id is 'a b'", "Mqtt:Topics is empty", "Detector:Models is empty",
        ];
        Assert.All(expected, begin => Assert.Single(faults, fault => fault.StartsWith(begin, StringComparison.Ordinal)));
        Assert.Equal(expected.Length, faults.Count);
    }
}
