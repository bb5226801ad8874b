using System.CommandLine;
<<<<<<< HEAD
using System.Globalization;
using Spectre.Console;
using Thrum.Detector.Alarms;
using Thrum.Detector.Calibration;
=======
>>>>>>> main
using Thrum.Detector.Models;
using Thrum.Gateway.Inspect;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum inspect FILE</c>: a model by its extension <c>.onnx</c>, anything else as a recording.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A recording (.mat .csv .npy .wav .f32 .i16) or a model (.onnx)" };
        var recording = new RecordingOptionSet();
        var machine = new MachineOptionSet();
        var html = new Option<string?>("--html") { Description = "Also write the report of a recording as one self-contained page" };
        Option<bool> json = OptionFactory.Json();
        var command = new Command("inspect", "Measure and diagnose a recording, or show what a model file says about itself") { file, html, json };
        recording.AddTo(command);
        machine.AddTo(command);
        command.Does((parsed, _) =>
        {
            string path = parsed.GetValue(file)!;
            if (Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase))
            {
                using AutoencoderModel model = AutoencoderModel.Load(path);
                ModelSheet.Write(model, parsed.GetValue(json));
                return Task.FromResult(ExitCode.Done);
            }

            InspectionReport report = RecordingInspector.Inspect(machine.Read(parsed, recording.Read(parsed).Read(path)));
            Show(report, parsed.GetValue(html), parsed.GetValue(json));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static void Show(InspectionReport report, string? html, bool json)
    {
        if (html is not null)
        {
            InspectionPage.Write(report, html);
            Terminal.Note($"wrote {html}");
        }

        if (json)
        {
<<<<<<< HEAD
            Terminal.WriteJson(new
            {
                model.Description.Name,
                model.Description.Revision,
                metadata.Kind,
                metadata.WindowSamples,
                metadata.HopSamples,
                metadata.SampleRateHz,
                metadata.Normaliser,
                metadata.Scale,
                model.Description.Metrics,
                model.Description.FieldKeys,
                metadata.Loss,
                metadata.Training,
                metadata.Date,
                metadata.Calibrated,
                thresholds = model.Description.Metrics.ToDictionary(metric => metric, metric => ThresholdView.Of(DefaultRule(model, metric))),
                calibrationWindows = metadata.Calibration?.Metrics.Values.First().Windows ?? 0,
            });
            return;
        }

        var table = new Table().HideHeaders().AddColumns("", "");
        table.AddRow("model", Markup.Escape($"{model.Description.Name}, revision {model.Description.Revision}, {metadata.Kind}"));
        table.AddRow("window", string.Create(CultureInfo.InvariantCulture,
            $"{metadata.WindowSamples} samples every {metadata.HopSamples} at {metadata.SampleRateHz} Hz ({1000 * metadata.WindowSamples / metadata.SampleRateHz:F1} ms)"));
        table.AddRow("normaliser", string.Create(CultureInfo.InvariantCulture, $"(x - {metadata.Normaliser.Mean:G6}) / {metadata.Normaliser.Std:G6}"));
        table.AddRow("metrics", Markup.Escape(string.Join(", ", model.Description.Metrics)));
        table.AddRow("loss", Markup.Escape(metadata.Loss));
        table.AddRow("trained", Markup.Escape($"{metadata.Date} on {metadata.Training}"));
        if (metadata.Calibrated.Length > 0)
        {
            table.AddRow("calibrated", Markup.Escape(metadata.Calibrated));
        }

        foreach ((string metric, ScoreDistribution healthy) in metadata.Calibration?.Metrics ?? new Dictionary<string, ScoreDistribution>())
        {
            table.AddRow(Markup.Escape($"healthy {metric}"), string.Create(CultureInfo.InvariantCulture,
                $"{healthy.Windows} windows, median {healthy.Median:G4}, maximum {healthy.Quantiles[^1]:G4}, 6 sigma {healthy.SigmaLevel(6):G4}"));
            AlarmRule rule = DefaultRule(model, metric);
            table.AddRow("", Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"raises at {rule.RaiseLevel:G4}: {rule.LevelOrigin}")));
=======
            Terminal.WriteJson(InspectionJson.Document(report));
        }
        else
        {
            InspectionTables.Write(report);
>>>>>>> main
        }
    }

    /// <summary>A rule with default settings on one metric.</summary>
    private static AlarmRule DefaultRule(AutoencoderModel model, string metric) => new AlarmRuleOptions { Metric = metric }.Resolve(model);
}
