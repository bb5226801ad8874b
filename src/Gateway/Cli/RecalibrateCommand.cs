using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Thrum.Detector.Calibration;
using Thrum.Gateway.Calibration;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum recalibrate machine/sensor/axis --hours 24 [--confirm]</c>: calibrates an axis of a running gateway anew.</summary>
internal sealed class RecalibrateCommand
{
    private readonly Argument<string> _axis = new("axis") { Description = "The axis, machine/sensor/axis" };
    private readonly Option<double?> _hours = new("--hours") { Description = "Calibrate on the healthy scores of the last so many hours" };
    private readonly Option<DateTimeOffset?> _from = new("--from") { Description = "Or from when (event time, RFC 3339)" };
    private readonly Option<DateTimeOffset?> _to = new("--to") { Description = "Until when" };
    private readonly Option<string> _band = new("--band") { Description = "The band of speed or load; the one that the axis is in by default", DefaultValueFactory = _ => "" };
    private readonly Option<string> _scorer = new("--scorer") { Description = "Which of the two that may score an axis: model or baseline; by default the model, or the baseline where there is none", DefaultValueFactory = _ => "" };
    private readonly Option<bool> _confirm = new("--confirm") { Description = "Put it in force; without it the report is shown and nothing changes" };
    private readonly Option<bool> _force = new("--force") { Description = "Also where the report warns of what looks like a fault" };
    private readonly Option<bool> _restore = new("--restore") { Description = "Put the calibration of before back in force" };
    private readonly GatewayOptionSet _running = new("an operator's token");
    private readonly Option<bool> _json = OptionFactory.Json();

    private RecalibrateCommand() => _scorer.AcceptOnlyFromAmong("", "model", "baseline");

    public static Command Create() => new RecalibrateCommand().Build();

    private Command Build()
    {
        var command = new Command("recalibrate", "Show how an axis of a running gateway drifted, and calibrate it anew")
        {
            _axis, _hours, _from, _to, _band, _scorer, _confirm, _force, _restore, _json,
        };
        _running.AddTo(command);
        command.Does(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string path = PathOf(parsed.GetValue(_axis)!);
        using GatewayClient gateway = _running.Connect(parsed);
        string band = parsed.GetValue(_band)!, scorer = parsed.GetValue(_scorer)!;
        bool json = parsed.GetValue(_json);
        if (parsed.GetValue(_restore))
        {
            Show(await gateway.PostAsync<JsonElement>($"{path}/restore", new { band, scorer }, cancellationToken).ConfigureAwait(false), json);
            return ExitCode.Done;
        }

        DriftReport report = await gateway.PostAsync<DriftReport>(
            $"{path}/propose", new { hours = Hours(parsed), from = parsed.GetValue(_from), to = parsed.GetValue(_to), band, scorer }, cancellationToken).ConfigureAwait(false);
        if (json)
        {
            Terminal.WriteJson(report);
        }
        else
        {
            Show(report);
        }

        if (parsed.GetValue(_confirm))
        {
            Show(await gateway.PostAsync<JsonElement>($"{path}/confirm", new { id = report.Id, force = parsed.GetValue(_force) }, cancellationToken).ConfigureAwait(false), json);
        }

        return ExitCode.Done;
    }

    // The gateway says how far back it can look; what is no number of hours it could not even be asked.
    private double? Hours(ParseResult parsed) => parsed.GetValue(_hours) is null or (> 0 and < double.PositiveInfinity)
        ? parsed.GetValue(_hours)
        : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--hours is {parsed.GetValue(_hours)}, expected a number above 0"));

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
                string.Create(CultureInfo.InvariantCulture, $"{SignedText.Of(drift.MedianShift, 2)} σ"));
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
