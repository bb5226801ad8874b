using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Thrum.Detector.Alarms;
using Thrum.Detector.Models;
using Thrum.Gateway.Workflows;

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
        var recording = new RecordingOptionSet();
        Option<string?> date = MakingDate.Option();
        Option<bool> json = OptionFactory.Json();
        var command = new Command("calibrate", "Set the thresholds of a model from healthy recordings, in a new file") { model, files, output, budget, date, json };
        recording.AddTo(command);
        command.Does((parsed, _) =>
        {
            string path = parsed.GetValue(output)!;
            AlarmRuleOptions rule = new() { FalseAlarms = parsed.GetValue(budget)! };
            if (rule.Faults().FirstOrDefault() is { } fault)
            {
                throw new UsageException($"--false-alarms: {fault}");
            }

            byte[] onnx;
            using (AutoencoderModel loaded = AutoencoderModel.Load(parsed.GetValue(model)!))
            {
                AxisRecordings healthy = ModelRecordings.Read(loaded, parsed.GetValue(files)!, recording.Read(parsed)).Samples;
                onnx = Recalibration.Run(loaded, File.ReadAllBytes(parsed.GetValue(model)!), healthy, MakingDate.Of(parsed.GetValue(date), time));
            }

            ModelWriter.Write(path, onnx, rule);
            using AutoencoderModel calibrated = AutoencoderModel.Load(path, onnx);
            TrainCommand.Warn(calibrated.Metadata.HealthyScores);
            Report(calibrated, rule, parsed.GetValue(json));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static void Report(AutoencoderModel model, AlarmRuleOptions options, bool json)
    {
        Dictionary<string, AlarmRule> rules = model.Description.Metrics.ToDictionary(metric => metric, metric => (options with { Metric = metric }).Resolve(model));
        int windows = model.Metadata.HealthyScores!.Metrics.Values.First().Windows;
        if (json)
        {
            Terminal.WriteJson(new
            {
                path = model.Path,
                card = ModelWriter.CardOf(model.Path),
                windows,
                model.Metadata.Calibrated,
                thresholds = rules.ToDictionary(rule => rule.Key, rule => ThresholdView.Of(rule.Value)),
            });
            return;
        }

        Terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{model.Path}: calibrated on {windows} healthy windows"));
        var table = new Table().AddColumns("metric", "raise", "clear", "false alarms");
        foreach ((string metric, AlarmRule rule) in rules)
        {
            table.AddRow(Markup.Escape(metric), Text(rule.RaiseLevel), Text(rule.ClearLevel), Markup.Escape(rule.LevelOrigin));
        }

        Terminal.Out.Write(table);
    }

    private static string Text(double level) => level.ToString("G4", CultureInfo.InvariantCulture);
}
