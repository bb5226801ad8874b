using System.Net;
using Thrum.Detector.Alarms;

namespace Thrum.EndToEnd.Tests.Crash;

/// <summary>
/// Acknowledges one alarm of a faulty machine and shelves the other once its recording is processed, as often as it takes until the gateway has
/// answered that it did, or that it had done so before: then it is an obligation.
/// </summary>
internal sealed class CrashOperator(GatewayProcess gateway, InfluxServer influx, string database)
{
    private static readonly TimeSpan KillingTime = TimeSpan.FromMinutes(5);

    private readonly List<Task> _working = [];
    private int _obligations;

    /// <summary>Commands that were answered.</summary>
    public int Obligations => Volatile.Read(ref _obligations);

    /// <summary>True for what an operator did.</summary>
    public static bool Did(AlarmTransition transition) => transition.To is AlarmState.ActiveAcknowledged or AlarmState.Shelved;

    /// <summary>A transition without its id and words, which tell the moment of the command.</summary>
    public static string Describe(AlarmTransition transition) =>
        $"{transition.Axis} {transition.RuleId} {transition.EventTimeUnixNs} {transition.From} {transition.To} {transition.Metric} {transition.Value} {transition.Threshold}";

    /// <summary>Begins with a machine whose recording was published.</summary>
    public void Begin(string machine, long windows) => _working.Add(WorkAsync(machine, windows));

    /// <summary>Ends when all commands are answered.</summary>
    public Task DoneAsync() => Task.WhenAll(_working);

    private async Task WorkAsync(string machine, long windows)
    {
        // Commands take effect at the machine's last window, in every run.
        await Patience.UntilAsync(
            async () => await influx.CountAsync($"SELECT count(score) FROM vibration_score WHERE machine = '{machine}'", database) >= windows,
            () => $"{windows} windows of {machine}: {gateway.Log}", KillingTime);
        await SubmitAsync($"api/v1/alarms/{machine}/s1/DE/score/acknowledge", """{"by":"ann"}""");
        await SubmitAsync($"api/v1/alarms/{machine}/s1/DE/shape/shelve", """{"by":"ann","minutes":600}""");
    }

    private async Task SubmitAsync(string path, string json)
    {
        await Patience.UntilAsync(async () => await gateway.PostAsync(path, json) is HttpStatusCode.OK or HttpStatusCode.Conflict, () => $"{path} to be answered", KillingTime);
        Interlocked.Increment(ref _obligations);
    }
}
