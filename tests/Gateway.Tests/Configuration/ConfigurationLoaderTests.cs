using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Thrum.Detector.Alarms;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Configuration;

public sealed partial class ConfigurationLoaderTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_LeastConfiguration_HasDefaults()
    {
        ThrumOptions options = _folder.Load();

        Assert.Equal("thrum", options.Name);
        Assert.Equal(8420, options.Http.Port);
        Assert.Equal("v/{machine}", Assert.Single(options.Mqtt.Topics).Template);
    }

    [Fact]
    public void Load_CommentsAndTrailingCommas_AreAllowed()
    {
        ThrumOptions options = _folder.Load("""
            // a comment
            "name": "plant", /* another */
            """);

        Assert.Equal("plant", options.Name);
    }

    [Fact]
    public void Load_NullAndEmptyGroups_StandForTheDefault()
    {
        ThrumOptions options = _folder.Load(""" "name": null, "http": null, "store": {}, "influx": null, "webhooks": [] """);

        Assert.Equal(new ThrumOptions().Name, options.Name);
        Assert.Equal(new HttpOptions(), options.Http);
        Assert.Empty(options.Influx);
        Assert.Empty(options.Webhooks);
    }

    [Fact]
    public void Load_KeysInAnyCase_AreKnown() =>
        Assert.Equal(9000, _folder.Load(""" "HTTP": { "pOrT": 9000 } """).Http.Port);

    [Fact]
    public void Load_FileThatBeginsWithADot_IsRead() =>
        Assert.Equal("thrum", ConfigurationLoader.Load(_folder.Write(ConfigurationFolder.Minimal(), ".thrum.json"), []).Name);

    [Fact]
    public void Load_RelativePaths_AreTakenFromTheFileFolder()
    {
        _folder.Write("secret", "mqtt.password");
        ThrumOptions options = _folder.Load(
            """ "store": { "path": "data/thrum.db" } """, "Mqtt:User=u", "Mqtt:PasswordFile=mqtt.password");

        Assert.Equal(_folder.File("data/thrum.db"), options.Store.Path);
        Assert.Equal(_folder.File("mqtt.password"), options.Mqtt.PasswordFile);
        Assert.Equal(_folder.File("model.onnx"), options.Detector.Models[0].Path);
    }

    [Fact]
    public void Load_AbsolutePaths_StayAsTheyAre() =>
        Assert.Equal("/var/lib/thrum/thrum.db", _folder.Load("", "Store:Path=/var/lib/thrum/thrum.db").Store.Path);

    [Fact]
    public void Load_Set_WinsOverFile() =>
        Assert.Equal(9001, _folder.Load(""" "http": { "port": 9000 } """, "Http:Port=9001").Http.Port);

    [Fact]
    public void Load_SetOfAListEntry_ChangesThatSettingOnly()
    {
        ThrumOptions options = _folder.Load(
            """ "influx": [ { "url": "http://127.0.0.1:8086", "bucket": "b" } ] """, "Influx:0:Token=t");

        Assert.Equal(("b", "t"), (options.Influx[0].Bucket, options.Influx[0].Token));
    }

    [Fact]
    public void Load_EnumsAndMetadata_AreBound()
    {
        ThrumOptions options = ConfigurationLoader.Load(
            _folder.Write($$"""
                { {{ConfigurationFolder.Topics}}, "detector": {
                    "models": [ { "path": "m.onnx", "metadata": { "hop": 128 } } ],
                    "alarms": [ { "severity": "warning", "threshold": "fixed", "raise": 2.5 } ] } }
                """),
            []);

        Assert.Equal("128", options.Detector.Models[0].Metadata["hop"]);
        Assert.Equal((AlarmSeverity.Warning, ThresholdKind.Fixed, 2.5), (options.Detector.Alarms[0].Severity, options.Detector.Alarms[0].Threshold, options.Detector.Alarms[0].Raise));
    }

    [Fact]
    public void Load_SecretInFaults_IsNotPrinted()
    {
        IReadOnlyList<string> faults = _folder.Faults(ConfigurationFolder.Minimal(
            """ "webhooks": [ { "url": "http://x", "secret": "geheim" } ], "influx": [ { "token": "geheim", "password": "geheim" } ], "Http": { "port": -1 } """));

        Assert.NotEmpty(faults);
        Assert.DoesNotContain("geheim", string.Join('\n', faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Template_OfConfigInit_IsGood()
    {
        using Stream template = typeof(ConfigurationLoader).Assembly.GetManifestResourceStream("Configuration.thrum.template.json")!;
        using var text = new StreamReader(template);

        ThrumOptions options = ConfigurationLoader.Load(_folder.Write(text.ReadToEnd()), []);

        Assert.Equal(_folder.File("models/demo.onnx"), options.Detector.Models[0].Path);
    }

    [Fact]
    public void Template_ItsExamplesTakenIn_KnowEverySettingAndShowEveryGroup()
    {
        using Stream template = typeof(ConfigurationLoader).Assembly.GetManifestResourceStream("Configuration.thrum.template.json")!;
        using var text = new StreamReader(template);
        IConfigurationRoot all = ConfigurationLoader.Read(_folder.Write(Example().Replace(text.ReadToEnd(), "")), []);

        string[] shown = [.. all.AsEnumerable().Select(setting => EntryNumber().Replace(setting.Key, ":N")).Distinct(StringComparer.OrdinalIgnoreCase)];
        Assert.Empty(SettingsReader.Read(all, typeof(ThrumOptions)).Faults);
        Assert.Empty(DocumentedSettingsTests.Groups().Except(shown, StringComparer.OrdinalIgnoreCase));
    }

    [GeneratedRegex("""// (?="\w+":|\{ ")""")]
    private static partial Regex Example();

    [GeneratedRegex(":[0-9]+(?=:|$)")]
    private static partial Regex EntryNumber();
}
