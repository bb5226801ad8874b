using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using Thrum.Detector.Alarms;
using Thrum.Detector.Calibration;
using Thrum.Detector.Models;

namespace Thrum.Gateway.Cli;

/// <summary>What a model file says about itself.</summary>
internal static class ModelSheet
{
    public static void Write(AutoencoderModel model, bool json)
    {
        ModelMetadata metadata = model.Metadata;
        if (json)
        {
            Terminal.WriteJson(new
            {
                model.Description.Name,
                model.Description.Revision,
                metadata.Kind,
                metadata.WindowSamples,
                metadata.HopSamples,
                metadata.SampleRateHz,
                feature = metadata.Feature.ToString(),
                axes = metadata.Axes.Count,
                layout = model.Layout.ToString(),
                normaliser = JsonSerializer.Deserialize<JsonElement>(metadata.Normaliser.ToJson()),
                metadata.Scale,
                model.Description.Metrics,
                model.Description.FieldKeys,
                metadata.Loss,
                metadata.Training,
                metadata.Date,
                metadata.Calibrated,
                thresholds = model.Description.Metrics.ToDictionary(metric => metric, metric => ThresholdView.Of(DefaultRule(model, metric))),
                bands = metadata.Bands.Select(band => new
                {
                    band.Band.Name,
                    band.Band.From,
                    band.Band.To,
                    windows = band.Table.Metrics.Values.First().Windows,
                    band.Calibrated,
                    thresholds = model.Description.Metrics.ToDictionary(metric => metric, metric => ThresholdView.Of(DefaultRule(model, metric).In(band.Band))),
                }),
                calibrationWindows = metadata.Calibration?.Metrics.Values.First().Windows ?? 0,
            });
            return;
        }

        var table = new Table().HideHeaders().AddColumns("", "");
        table.AddRow("model", Markup.Escape($"{model.Description.Name}, revision {model.Description.Revision}, {metadata.Kind}"));
        table.AddRow("window", string.Create(CultureInfo.InvariantCulture,
            $"{metadata.WindowSamples} samples every {metadata.HopSamples} at {metadata.SampleRateHz} Hz ({1000 * metadata.WindowSamples / metadata.SampleRateHz:F1} ms)"));
        table.AddRow("feature", Markup.Escape($"{metadata.Feature}, axes {metadata.Axes}, layout {model.LayoutName}"));
        table.AddRow("normaliser", Markup.Escape(JsonNode.Parse(metadata.Normaliser.ToJson())!.ToJsonString()));
        table.AddRow("metrics", Markup.Escape(string.Join(", ", model.Description.Metrics)));
        if (metadata.Loss.Length > 0)
        {
            table.AddRow("loss", Markup.Escape(metadata.Loss));
        }

        if (metadata.Date.Length > 0 || metadata.Training.Length > 0)
        {
            table.AddRow("trained", Markup.Escape($"{metadata.Date} on {metadata.Training}"));
        }

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
        }

        foreach (BandCalibration band in metadata.Bands)
        {
            if (band.Calibrated.Length > 0)
            {
                table.AddRow(Markup.Escape($"band {band.Band.Name}, calibrated"), Markup.Escape(band.Calibrated));
            }

            foreach (string metric in band.Table.Metrics.Keys)
            {
                AlarmRule rule = DefaultRule(model, metric).In(band.Band);
                table.AddRow(Markup.Escape($"band {band.Band.Name}, {metric}"), Markup.Escape(string.Create(
                    CultureInfo.InvariantCulture, $"{band.Band.From} to {band.Band.To}: median {band.Table.Metrics[metric].Median:G4}, raises at {rule.RaiseLevel:G4}: {rule.LevelOrigin}")));
            }
        }

        Terminal.Out.Write(table);
    }

    /// <summary>A rule with default settings on one metric.</summary>
    private static AlarmRule DefaultRule(AutoencoderModel model, string metric) => new AlarmRuleOptions { Metric = metric }.Resolve(model);
}
