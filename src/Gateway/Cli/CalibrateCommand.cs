using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Thrum.Detector.Alarms;
using Thrum.Detector.Calibration;
using Thrum.Detector.Models;
using Thrum.Detector.Operating;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Workflows;
using Thrum.Training.Data;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum calibrate model.onnx FILE… -o recalibrated.onnx</c>.</summary>
internal static class CalibrateCommand
{
    public static Command Create(TimeProvider time)
    {
        var model = new Argument<string>("model") { Description = "The ONNX file" };
        var files = new Argument<string[]>("files") { Description = "Recordings of healthy running that training did not see; they are decimated to the model's rate", Arity = ArgumentArity.OneOrMore };
        var output = ModelWriter.Option();
        var budget = new Option<string>("--false-alarms") { Description = "The budget to report levels for", DefaultValueFactory = _ => new AlarmRuleOptions().FalseAlarms };
        var band = new Option<string?>("--band") { Description = "NAME:FROM:TO, the band of speed or load that the recordings are of; its calibration is added to the file, or replaced" };
        var recording = new RecordingOptionSet();
        Option<bool> onDisk = TrainingOptionSet.DiskOption();
        Option<string?> date = MakingDate.Option();
        Option<bool> json = OptionFactory.Json();
        var command = new Command("calibrate", "Set the thresholds of a model from healthy recordings, in a new file") { model, files, output, budget, band, onDisk, date, json };
        recording.AddTo(command);
        command.Does((parsed, _) =>
        {
            string path = parsed.GetValue(output)!;
            string from = parsed.GetValue(model)!;
            OutputFile.Require([from, from + ModelFile.SidecarEnding, .. parsed.GetValue(files)!], ModelWriter.Files(path));
            AlarmRuleOptions rule = new() { FalseAlarms = parsed.GetValue(budget)! };
            if (rule.Faults().FirstOrDefault() is { } fault)
            {
                throw new UsageException($"--false-alarms: {fault}");
            }

            OperatingBand? of = parsed.GetValue(band) is { } text ? ParseBand(text) : null;
            RecalibratedModel made;
            using (AutoencoderModel loaded = AutoencoderModel.Load(from))
            {
                using SampleSpool? spool = parsed.GetValue(onDisk) ? new SampleSpool() : null;
                var healthy = ModelRecordings.Read(loaded, parsed.GetValue(files)!, recording.Read(parsed), spool);
                Terminal.Warn(healthy.Flaws);
                made = Recalibration.Run(loaded, File.ReadAllBytes(from), healthy.Samples, MakingDate.Of(parsed.GetValue(date), time), of);
            }

            ModelWriter.Write(path, made.Onnx, rule);
            using AutoencoderModel calibrated = AutoencoderModel.Load(path, made.Onnx);
            (HealthyScores? scores, string on) = of is not null && calibrated.Metadata.CalibrationIn(of) is { } own ? (own.Scores, own.Calibrated) : (calibrated.Metadata.HealthyScores, calibrated.Metadata.Calibrated);
            Terminal.Warn(made.LeftOut > 0 ? [$"{RecordingFlaws.Count(made.LeftOut, "window")} left out because a sample of them is missing or not finite"] : []);
            TrainingSummary.Warn(scores);
            Report(calibrated, rule, of, (scores!.LeastWindows, made.LeftOut), on, parsed.GetValue(json));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static OperatingBand ParseBand(string text)
    {
        string[] parts = text.Split(':');
        return parts is [{ Length: > 0 and <= OperatingBand.MaxName } name, var low, var high] && double.TryParse(low, CultureInfo.InvariantCulture, out double from)
            && double.TryParse(high, CultureInfo.InvariantCulture, out double to) && from < to && double.IsFinite(to - from)
            ? new OperatingBand { Name = name, From = from, To = to }
            : throw new UsageException($"--band is '{text}', expected NAME:FROM:TO, such as fast:1200:3200");
    }

    private static void Report(AutoencoderModel model, AlarmRuleOptions options, OperatingBand? band, (int Used, int LeftOut) windows, string on, bool json)
    {
        Dictionary<string, AlarmRule> rules = model.Description.Metrics.ToDictionary(metric => metric, metric => (options with { Metric = metric }).Resolve(model) is var rule && band is not null ? rule.In(band) : rule);
        if (json)
        {
            Terminal.WriteJson(new
            {
                path = model.Path,
                card = ModelCardFile.PathOf(model.Path),
                windows = windows.Used,
                windows.LeftOut,
                band = band?.Name,
                calibrated = on,
                thresholds = rules.ToDictionary(rule => rule.Key, rule => ThresholdView.Of(rule.Value)),
            });
            return;
        }

        Terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{model.Path}: calibrated on {windows.Used} healthy windows{(band is null ? "" : $" of the band {band.Name}, {band.From} to {band.To}")}"));
        var table = new Table().AddColumns("metric", "raise", "clear", "false alarms");
        foreach ((string metric, AlarmRule rule) in rules)
        {
            table.AddRow(Markup.Escape(metric), Text(rule.RaiseLevel), Text(rule.ClearLevel), Markup.Escape(rule.LevelOrigin));
        }

        Terminal.Out.Write(table);
    }

    private static string Text(double level) => level.ToString("G4", CultureInfo.InvariantCulture);
}
