using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Thrum.Detector.Measures;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Cli;

/// <summary><c>thrum explain</c> beside the gateway that raised the alarm.</summary>
[Trait("Category", "Integration")]
public sealed class ExplainCommandTests
{
    [Fact]
    public async Task Explain_AlarmOfARunningGateway_AgreesWithWhatWasRecorded()
    {
        await using RunningGateway gateway = await StartAsync();
        string id = await RaiseAsync(gateway);
        string store = Path.Combine(gateway.Folder.FullName, "thrum.db");

        ThrumProgram.Outcome text = await ThrumProgram.RunAsync(gateway.Folder.FullName, "explain", id, "--store", store, "--model", gateway.ModelPath);
        ThrumProgram.Outcome json = await ThrumProgram.RunAsync(gateway.Folder.FullName, "explain", id, "--store", store, "--model", gateway.ModelPath, "--json");

        Assert.Equal((0, ""), (text.ExitCode, text.Error));
        Assert.Contains($"Alarm {id}", text.Output, StringComparison.Ordinal);
        Assert.Contains("pump/s/x, rule 'score', alarm", text.Output, StringComparison.Ordinal);
        Assert.Matches(@"the 3rd largest of them is [0-9.E+]+; the level is [0-9.E+-]+: raised", text.Output);
        Assert.Contains("run again from", text.Output, StringComparison.Ordinal);
        Assert.Contains("What the reconstruction misses most", text.Output, StringComparison.Ordinal);
        Assert.Matches("All [0-9]+ values that can be computed again agree with what was recorded", text.Output);
        Assert.Equal(0, json.ExitCode);
        JsonElement document = JsonDocument.Parse(json.Output).RootElement;
        Assert.True(document.GetProperty("agrees").GetBoolean());
        Assert.Contains(document.GetProperty("checks").EnumerateArray(), check => check.GetProperty("what").GetString() == "mse");
        Assert.Equal(id, document.GetProperty("recomputed").GetProperty("transitionId").GetString());
    }

    [Fact]
    public async Task Explain_AlteredEvidence_SaysWhatDiffersAndFails()
    {
        await using RunningGateway gateway = await StartAsync();
        string id = await RaiseAsync(gateway);
        using HttpResponseMessage answer = await gateway.Client.GetAsync(new Uri($"/api/v1/alarms/{id}/evidence", UriKind.Relative));
        JsonNode evidence = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        evidence["measure"]!["kurtosis"] = 17;
        string file = Path.Combine(gateway.Folder.FullName, "evidence.json");
        await File.WriteAllTextAsync(file, evidence.ToJsonString());

        ThrumProgram.Outcome explained = await ThrumProgram.RunAsync(gateway.Folder.FullName, "explain", id, "--evidence", file, "--model", gateway.ModelPath);
        ThrumProgram.Outcome without = await ThrumProgram.RunAsync(gateway.Folder.CreateSubdirectory("elsewhere").FullName, "explain", id, "--evidence", file);

        Assert.Equal(1, explained.ExitCode);
        Assert.Matches("1 of [0-9]+ values differ from what was recorded:", explained.Output);
        Assert.Contains("kurtosis: recorded '17', now '", explained.Output, StringComparison.Ordinal);
        Assert.Contains("was not run again: it is not here (found none); --model names its file", without.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_NoSuchAlarmOrStore_SaysWhatWasExpected()
    {
        await using RunningGateway gateway = await StartAsync();
        string id = Guid.Empty.ToString();

        ThrumProgram.Outcome alarm = await ThrumProgram.RunAsync(gateway.Folder.FullName, "explain", id, "--store", "thrum.db");
        ThrumProgram.Outcome store = await ThrumProgram.RunAsync(gateway.Folder.FullName, "explain", id, "--store", "other.db");

        Assert.Equal((2, 2), (alarm.ExitCode, store.ExitCode));
        Assert.Contains($"there is no evidence of {id} in thrum.db", alarm.Error, StringComparison.Ordinal);
        Assert.Contains("--store is 'other.db', expected the gateway's database file", store.Error, StringComparison.Ordinal);
    }

    private static Task<RunningGateway> StartAsync() => RunningGateway.StartAsync(options => options with
    {
        Detector = options.Detector with { Measures = new MeasureOptions { Buffer = TimeSpan.FromSeconds(1) } },
    });

    /// <summary>Raises an alarm and waits for the evidence behind it; the transition's id.</summary>
    private static async Task<string> RaiseAsync(RunningGateway gateway)
    {
        await gateway.PublishAsync(3000);
        await gateway.PublishAsync(3000, amplitude: 30);
        string id = "";
        await gateway.UntilAsync(() => (id = Active(gateway)).Length > 0, "the alarm is active");
        await gateway.UntilAsync(() => TakenAfter(gateway, id), "the evidence of a buffer behind the alarm is kept");
        return id;
    }

    private static string Active(RunningGateway gateway) =>
        gateway.GetAsync("alarms/active").GetAwaiter().GetResult().EnumerateArray().Select(alarm => alarm.GetProperty("id").GetString()!).FirstOrDefault() ?? "";

    private static bool TakenAfter(RunningGateway gateway, string id)
    {
        using HttpResponseMessage answer = gateway.Client.GetAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"/api/v1/alarms/{id}/evidence"), UriKind.Relative)).GetAwaiter().GetResult();
        if (!answer.IsSuccessStatusCode)
        {
            return false;
        }

        JsonElement evidence = JsonDocument.Parse(answer.Content.ReadAsStringAsync().GetAwaiter().GetResult()).RootElement;
        return evidence.GetProperty("takenAtUnixNs").GetInt64() > evidence.GetProperty("eventTimeUnixNs").GetInt64();
    }
}
