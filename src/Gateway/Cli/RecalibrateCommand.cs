using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Thrum.Detector.Calibration;
using Thrum.Gateway.Calibration;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum recalibrate machine/sensor/axis --hours 24 [--confirm]</c>: calibrates an axis of a running gateway anew.</summary>
internal static class RecalibrateCommand
{
    public static Command Create()
    {
        var axis = new Argument<string>("axis") { Description = "The axis, machine/sensor/axis" };
        var hours = new Option<double?>("--hours") { Description = "Calibrate on the healthy scores of the last so many hours" };
        var from = new Option<DateTimeOffset?>("--from") { Description = "Or from when (event time, RFC 3339)" };
        var to = new Option<DateTimeOffset?>("--to") { Description = "Until when" };
        var band = new Option<string>("--band") { Description = "The band of speed or load; the one that the axis is in by default", DefaultValueFactory = _ => "" };
        var scorer = new Option<string>("--scorer") { Description = "Which of the two that may score an axis: model or baseline; by default the model, or the baseline where there is none", DefaultValueFactory = _ => "" };
        scorer.AcceptOnlyFromAmong("", "model", "baseline");
        var confirm = new Option<bool>("--confirm") { Description = "Put it in force; without it the report is shown and nothing changes" };
        var force = new Option<bool>("--force") { Description = "Also where the report warns of what looks like a fault" };
        var restore = new Option<bool>("--restore") { Description = "Put the calibration of before back in force" };
        var running = new GatewayOptionSet("an operator's token");
        Option<bool> json = OptionFactory.Json();
        var command = new Command("recalibrate", "Show how an axis of a running gateway drifted, and calibrate it anew")
        {
            axis, hours, from, to, band, scorer, confirm, force, restore, json,
        };
        running.AddTo(command);
        command.Does(async (parsed, cancellationToken) =>
        {
            string path = PathOf(parsed.GetValue(axis)!);
            using GatewayClient gateway = running.Connect(parsed);
            string of = parsed.GetValue(band)!, by = parsed.GetValue(scorer)!;
            if (parsed.GetValue(restore))
            {
                Show(await gateway.PostAsync<JsonElement>($"{path}/restore", new { band = of, scorer = by }, cancellationToken).ConfigureAwait(false), parsed.GetValue(json));
                return ExitCode.Done;
            }

            DriftReport report = await gateway.PostAsync<DriftReport>(
                $"{path}/propose", new { hours = parsed.GetValue(hours), from = parsed.GetValue(from), to = parsed.GetValue(to), band = of, scorer = by }, cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(json))
            {
                Terminal.WriteJson(report);
            }
            else
            {
                Show(report);
            }

            if (parsed.GetValue(confirm))
            {
                Show(await gateway.PostAsync<JsonElement>($"{path}/confirm", new { id = report.Id, force = parsed.GetValue(force) }, cancellationToken).ConfigureAwait(false), parsed.GetValue(json));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static string PathOf(string axis) => axis.Split('/') is [{ Length: > 0 } machine, { Length: > 0 } sensor, { Length: > 0 } name]
        ? $"api/v1/sensors/{Uri.EscapeDataString(machine)}/{Uri.EscapeDataString(sensor)}/{Uri.EscapeDataString(name)}/calibration"
        : throw new UsageException($"the axis is '{axis}', expected machine/sensor/axis");

    // With --json there is one document on standard output: the report.
    private static void Show(JsonElement answer, bool json) =>
        (json ? Console.Error : Console.Out).WriteLine(answer.GetProperty("message").GetString());

    private static void Show(DriftReport report)
    {
        Terminal.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Axis} ({report.Model}{(report.Band is null ? "" : $", band {report.Band}")}): {report.Windows} healthy windows from {report.From:u} to {report.To:u}, {report.LeftOut} left out"));
        var metrics = new Table().AddColumns("metric", "median", "quartiles", "99 %", "greatest", "K-S (bound)", "shift");
        foreach (MetricDrift drift in report.Metrics)
        {
            metrics.AddRow(
                Markup.Escape(drift.Metric), Pair(drift.Before.Median, drift.Now.Median), Pair(drift.Before.Spread, drift.Now.Spread), Pair(drift.Before.P99, drift.Now.P99),
                Pair(drift.Before.Greatest, drift.Now.Greatest), string.Create(CultureInfo.InvariantCulture, $"{drift.KolmogorovSmirnov:G3} ({drift.Bound:G3})"),
                string.Create(CultureInfo.InvariantCulture, $"{drift.MedianShift:+0.00;-0.00} σ"));
        }

        Terminal.Out.Write(metrics);
        var levels = new Table().AddColumns("rule", "raises at", "because of");
        foreach (LevelChange level in report.Levels)
        {
            levels.AddRow(Markup.Escape(level.Rule), Pair(level.RaiseBefore, level.Raise), Markup.Escape(level.Origin));
        }

        Terminal.Out.Write(levels);
        foreach (string warning in report.Warnings)
        {
            Terminal.Out.WriteLine($"warning: {warning}");
        }
    }

    private static string Pair(double? before, double? now) => string.Create(CultureInfo.InvariantCulture, $"{before:G4} → {now:G4}");
}
