using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Doctor;

[Trait("Category", "Integration")]
public sealed class DoctorCommandTests : IDisposable
{
    private const string Password = "pa55-of-broker";
    private const string Token = "tok/en\"of+database==";
    private const string Hook = "B00/XXXXXXXXXXXXXXXXXXXXXXXX";
    private const string Key = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Doctor_GoodBroker_PassesAndLeavesTheGatewaysSessionAlone()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync("thrum", Password);
        Write(broker.Port, Password, "");

        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, "doctor", "--json");

        Dictionary<string, string> verdicts = Verdicts(outcome);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(("ok", "ok", "ok", "ok"), (verdicts["configuration"], verdicts["models"], verdicts["broker"], verdicts["subscriptions"]));
        Assert.Equal("ok", verdicts["broker drops"]);
        Assert.Equal("ok", verdicts["store folder"]);
        Assert.DoesNotContain("as thrum ", broker.LogText, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path, ".thrum-doctor-*"));
        Assert.False(File.Exists(_folder.File("thrum.db")));
    }

    [Fact]
    public async Task Doctor_WrongPassword_FailsWithAdviceAndWithoutThePassword()
    {
        await using MosquittoServer broker = await MosquittoServer.StartAsync("thrum", "another");
        Write(broker.Port, Password, "");

        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, "doctor");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("FAIL broker: the broker refused the connection", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("→ check Mqtt:User", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, outcome.Output + outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_ConfigurationFaults_AreAllTold()
    {
        _folder.Write("""{ "mqtt": { "port": 0 }, "http": { "prot": 1 } }""");

        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, "doctor", "--json");

        using JsonDocument document = JsonDocument.Parse(outcome.Output);
        Assert.Equal(1, outcome.ExitCode);
        Assert.True(document.RootElement.GetArrayLength() >= 3);
        Assert.All(document.RootElement.EnumerateArray(), finding => Assert.Equal("fail", finding.GetProperty("verdict").GetString()));
    }

    [Fact]
    public async Task Doctor_PortOfAnotherProgram_Fails()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        Write(1, Password, FormattableString.Invariant($", \"http\": {{ \"port\": {port} }}"));

        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, "doctor", "--json");

        Assert.Equal("fail", Verdicts(outcome)["page"]);
    }

    [Fact]
    public async Task Bundle_SecretsEverywhere_HoldsNoneOfThem()
    {
        await using VictoriaMetricsServer database = await VictoriaMetricsServer.StartAsync();
        string url = JsonSerializer.Serialize($"{database.Url}");
        Write(1, Password, $$"""
            , "influx": [ { "url": {{url}}, "bucket": "b", "token": {{JsonSerializer.Serialize(Token)}} } ],
              "webhooks": [ { "url": "https://hooks.invalid/services/{{Hook}}", "secret": "{{Key}}" } ]
            """);
        string log = _folder.Write($"warn: refused {Token} and {Password} at https://hooks.invalid/services/{Hook}\n", "gateway.log");

        ThrumProgram.Outcome outcome = await ThrumProgram.RunAsync(_folder.Path, "doctor", "--bundle", "help.zip", "--log", log);

        Dictionary<string, string> entries = Entries(_folder.File("help.zip"));
        Assert.Equal(["configuration.json", "doctor.json", "gateway.log", "models.json", "versions.json"], entries.Keys.Order());
        string everything = string.Concat(entries.Values) + outcome.Output + outcome.Error + Encoding.Latin1.GetString(await File.ReadAllBytesAsync(_folder.File("help.zip"), CancellationToken.None));
        string[] spellings = [Password, Token, JsonEncodedText.Encode(Token).Value, "XXXXXXXXXXXXXXXXXXXXXXXX", Key];
        Assert.All(spellings, secret => Assert.DoesNotContain(secret, everything, StringComparison.Ordinal));
        Assert.Contains("hooks.invalid", entries["configuration.json"], StringComparison.Ordinal);
        Assert.Contains("database influx: ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("ok   clock: ", outcome.Output, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Entries(string path)
    {
        using ZipArchive archive = ZipFile.OpenRead(path);
        var entries = new Dictionary<string, string>();
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using var reader = new StreamReader(entry.Open());
            entries[entry.Name] = reader.ReadToEnd();
        }

        return entries;
    }

    private static Dictionary<string, string> Verdicts(ThrumProgram.Outcome outcome)
    {
        using JsonDocument document = JsonDocument.Parse(outcome.Output);
        return document.RootElement.EnumerateArray().ToDictionary(finding => finding.GetProperty("check").GetString()!, finding => finding.GetProperty("verdict").GetString()!);
    }

    private void Write(int brokerPort, string password, string more)
    {
        TinyModel.Write(_folder.File("model.onnx"));
        _folder.Write(FormattableString.Invariant($$"""
            { "mqtt": { "port": {{brokerPort}}, "user": "thrum", "password": "{{password}}", "topics": [ { "template": "v/{machine}", "sampleRateHz": 1000 } ] },
              {{ConfigurationFolder.Models}}, "store": { "path": "thrum.db" }{{(more.Contains("\"http\"", StringComparison.Ordinal) ? "" : ", \"http\": { \"port\": 0 }")}} {{more}} }
            """));
    }
}
