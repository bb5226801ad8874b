using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Pipeline;

namespace Thrum.Ingest.Tests.Pipeline;

public sealed class MqttOptionsTests
{
    [Theory]
    [InlineData("a/#/b")]
    [InlineData("a#")]
    [InlineData("a/+b")]
    [InlineData("a\0b")]
    [InlineData("$share/g")]
    [InlineData("$share//a")]
    [InlineData("$share/g/")]
    [InlineData("$share/+/a")]
    [InlineData("$share/g/a/#/b")]
    public void Faults_FilterThatNoBrokerTakes_IsTold(string filter) =>
        Assert.StartsWith($"Filter is '{filter}', expected an MQTT topic filter", Assert.Single(Topic(filter).Faults()), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("#")]
    [InlineData("vibration/#")]
    [InlineData("+/a/+")]
    [InlineData("/")]
    [InlineData("$share/group/vibration/#")]
    public void Faults_ValidFilter_HasNone(string filter) => Assert.Empty(Topic(filter).Faults());

    [Fact]
    public void Faults_MachineSaidTwice_NamesTheSettings() => Assert.Equal(
        "Template is 'v/{machine}': topic template \"v/{machine}\": {machine} stands in it and Machine is \"m\", expected one of the two; expected levels like \"vibration/{machine}/{sensor}/{axis}\"",
        Assert.Single((Topic("") with { Machine = "m" }).Faults()));

    [Fact]
    public void Subscription_TemplateWithoutPlaceholders_IsTheTopic() => Assert.Equal("v/a", new TopicOptions { Template = "v/a", Machine = "m" }.Subscription);

    [Fact]
    public void Faults_FilterLongerThanMqttAllows_IsTold() => Assert.Single(Topic(new string('ä', 32_768)).Faults());

    [Fact]
    public void Faults_PasswordFileThatCannotBeRead_IsTold()
    {
        string path = Path.GetTempFileName();
        try
        {
            var options = new MqttOptions { User = "u", PasswordFile = path };
            Assert.Empty(options.Faults());

            // Locked: even a superuser cannot read it.
            using var locked = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

            Assert.StartsWith($"PasswordFile is '{path}', expected a file that can be read: ", Assert.Single(options.Faults()), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Faults_ClientThatThisBuildLacks_IsTold()
    {
        string[] faults = [.. new MqttOptions { Client = MqttClientKind.MqttNet }.Faults()];

        Assert.Equal(MqttSessions.Has(MqttClientKind.MqttNet) ? [] : ["Client is 'mqttnet', expected 'thrum': this build has no adapter for MQTTnet, one with -p:ExternalAdapters=true has"], faults);
        Assert.Equal(faults.Length, new MqttOptions { Client = MqttClientKind.MqttNet }.ToSession().Faults().Count);
    }

    [Theory]
    [InlineData(MqttClientKind.Thrum, 0, 65535)]
    [InlineData(MqttClientKind.Thrum, 20, 20)]
    [InlineData(MqttClientKind.MqttNet, 0, 1000)]
    [InlineData(MqttClientKind.MqttNet, 65535, 65535)]
    public void ToSession_ReceiveMaximum_IsTheOneSetOrTheClients(MqttClientKind client, int set, int expected) =>
        Assert.Equal(expected, new MqttOptions { Client = client, ReceiveMaximum = set }.ToSession().ReceiveMaximum);

    [Fact]
    public void ToString_WithAPassword_DoesNotPrintIt()
    {
        string text = new MqttOptions { Host = "broker", User = "u", Password = "hunter2" }.ToString();

        Assert.Equal("MqttOptions { broker:1883, ClientId = thrum, User = u, PasswordFile = , Protocol = auto, Topics = 0 }", text);
    }

    private static TopicOptions Topic(string filter) => new() { Template = "v/{machine}", Filter = filter };
}
