using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Thrum.Gateway.Demo;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Live;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum demo</c>: the whole product on simulated machines, one of which breaks half-way.</summary>
internal static class DemoCommand
{
    private static readonly TimeSpan DefaultOnset = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(500);

    public static Command Create(TimeProvider time)
    {
        Option<TimeSpan?> duration = OptionFactory.Wait("--duration", "How long to run; until Ctrl-C by default. The fault begins half-way, or after 30 s");
        var seed = new Option<int>("--seed") { Description = "Seed of the simulated machines", DefaultValueFactory = _ => 1 };
        Option<bool> json = OptionFactory.Json();
        var command = new Command("demo", "Watch three simulated machines, one of which develops a bearing fault") { duration, seed, json };
        command.Does(async (parsed, cancellationToken) =>
        {
            TimeSpan? length = parsed.GetValue(duration);
            TimeSpan onset = length / 2 ?? DefaultOnset;
            using ILoggerFactory loggers = StderrLogging.Create(LogLevel.Warning);
            await using DemoRun run = await DemoRun.CreateAsync(onset, parsed.GetValue(seed), time, loggers).ConfigureAwait(false);
            Terminal.Note($"Live page: {run.Gateway.Page} (the fault in {DemoFleet.Faulty} begins after {onset.TotalSeconds:0.#} s; Ctrl-C ends the demo)");
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (length is { } limit)
            {
                stop.CancelAfter(limit);
            }

            DemoSummary summary = await ShowAsync(run, time, stop.Token).ConfigureAwait(false);
            Report(summary, onset, parsed.GetValue(json));
            return summary.IsGood() ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static async Task<DemoSummary> ShowAsync(DemoRun run, TimeProvider time, CancellationToken stopping)
    {
        Task<DemoSummary> running = run.RunAsync(stopping);
        if (Terminal.IsInteractive)
        {
            await Terminal.Error.Live(new Table()).StartAsync(async view =>
            {
                while (!running.IsCompleted)
                {
                    view.UpdateTarget(LiveTable(run.Gateway.Live));
                    await Task.WhenAny(running, Task.Delay(RefreshInterval, time, CancellationToken.None)).ConfigureAwait(false);
                }
            }).ConfigureAwait(false);
        }

        return await running.ConfigureAwait(false);
    }

    internal static Table LiveTable(LiveView live)
    {
        Table table = new Table().AddColumns("machine", "sensor", "axis", "state", "score", "threshold", "p-value", "windows", "alarms");
        foreach (LiveAxisState axis in live.Axes())
        {
            table.AddRow(
                Markup.Escape(axis.Machine),
                Markup.Escape(axis.Sensor),
                Markup.Escape(axis.Axis),
                $"[{TopView.ColourOf(axis)}]{TopView.WordOf(axis)}[/]",
                Text(axis.Score),
                Text(axis.Threshold),
                Text(axis.PValue),
                axis.Windows.ToString(CultureInfo.InvariantCulture),
                axis.Alarms.ToString(CultureInfo.InvariantCulture));
        }

        return table;
    }

    private static void Report(DemoSummary summary, TimeSpan onset, bool json)
    {
        if (json)
        {
            Terminal.WriteJson(summary);
            return;
        }

        Table table = new Table().AddColumns("machine", "sensor", "axis", "fault", "windows", "alarms", "false alarms", "first alarm after onset", "diagnosis");
        foreach (DemoSensor sensor in summary.Sensors)
        {
            table.AddRow(
                sensor.Machine,
                sensor.Sensor,
                sensor.Axis,
                sensor.Faulty ? "outer race" : "none",
                sensor.Windows.ToString(CultureInfo.InvariantCulture),
                sensor.Alarms.ToString(CultureInfo.InvariantCulture),
                sensor.FalseAlarms.ToString(CultureInfo.InvariantCulture),
                sensor.FirstAlarmAfterOnsetSeconds is { } delay ? string.Create(CultureInfo.InvariantCulture, $"{delay:F2} s") : "none",
                sensor.Diagnosis ?? "");
        }

        Terminal.Out.Write(table);
        Terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{summary.Messages} messages, {summary.Samples} samples in {summary.Seconds:F1} s, {summary.Lost} lost"));
        Terminal.Out.WriteLine(Verdict(summary, onset));
    }

    private static string Verdict(DemoSummary summary, TimeSpan onset)
    {
        if (summary.IsGood())
        {
            return $"{DemoFleet.Faulty} raised its alarm after the fault began; the healthy machines raised none.";
        }

        return summary.Seconds < onset.TotalSeconds
            ? string.Create(CultureInfo.InvariantCulture, $"Ended before the fault in {DemoFleet.Faulty} began, {onset.TotalSeconds:0.#} s after the start: it had nothing to find.")
            : "Not as it should be: the faulty machine must raise an alarm after the fault began, the healthy ones none, and nothing may be lost.";
    }

    private static string Text(float? value) => value?.ToString("G4", CultureInfo.InvariantCulture) ?? "-";
}
