using System.Globalization;
using System.Text;
using Thrum.Detector.Alarms;
using Thrum.Detector.Calibration;
using Thrum.Detector.Models;
using Thrum.Detector.Operating;

namespace Thrum.Training.Reports;

/// <summary>The model card, Markdown: what a model is, what it came from, how good its thresholds are, what it is for and how it is served. It says what the file says.</summary>
public static class ModelCard
{
    /// <summary>How the text of every card begins, below its title.</summary>
    public const string Opening = "An autoencoder of healthy running.";

    /// <summary>Below this many windows a threshold is more the tail's guess than what was seen.</summary>
    public const int FewWindows = 200;

    /// <summary>The card of a model.</summary>
    /// <param name="model">The model; its path is the file that the card tells to serve.</param>
    /// <param name="title">The heading; null for the file's name.</param>
    /// <param name="rule">The rule whose levels it tells; null for one with default settings.</param>
    /// <param name="isServedByItself">True of a model that a gateway learned and serves without a line of configuration.</param>
    public static string Text(AutoencoderModel model, string? title = null, AlarmRuleOptions? rule = null, bool isServedByItself = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        string file = Path.GetFileName(model.Path);
        var card = new CardText();
        card.Line($"# {title ?? file}");
        card.Line($"");
        card.Line($"{Opening} It reconstructs windows of {Input(model.Metadata)}; a score says how far the reconstruction is off, and the higher it is, the less the window is like what the model was trained on.");
        WriteModel(card, model);
        WriteOrigin(card, model.Metadata);
        WriteCalibration(card, model, rule ?? new AlarmRuleOptions());
        WriteUse(card, model.Metadata);
        WriteServing(card, model.Metadata, file, isServedByItself);
        return card.ToString();
    }

    private static void WriteModel(CardText card, AutoencoderModel model)
    {
        ModelMetadata metadata = model.Metadata;
        card.Section("What it takes and gives");
        card.Row("kind", $"{metadata.Kind}");
        card.Row("window", $"{metadata.WindowSamples} samples at {metadata.SampleRateHz} Hz ({1000 * metadata.WindowSamples / metadata.SampleRateHz:G4} ms), one every {metadata.HopSamples} samples");
        card.Row("axes", metadata.Axes.IsJoint ? (FormattableString)$"{metadata.Axes.Count} seen together{(metadata.Axes.Names.Count > 0 ? ": " + string.Join(", ", metadata.Axes.Names) : "")}" : $"one");
        card.Row("feature", $"{metadata.Feature}");
        card.Row("normaliser", $"{Shortened(metadata.Normaliser.ToJson())}");
        card.Row("metrics", $"{string.Join(", ", model.Description.Metrics.Select(metric => $"`{metric}`"))}; the first is the score, s of `lmse` is {metadata.Scale}");
    }

    private static void WriteOrigin(CardText card, ModelMetadata metadata)
    {
        card.Section("Where it comes from");
        card.Row("data", $"{(metadata.Training.Length > 0 ? metadata.Training : "the file does not say")}");
        if (metadata.Date.Length > 0)
        {
            card.Row("trained", $"{metadata.Date}");
        }

        if (metadata.Loss.Length > 0)
        {
            card.Row("loss", $"`{metadata.Loss}`");
        }

        foreach (CardFact fact in metadata.Card)
        {
            card.Row(fact.Name, $"{fact.Text}");
        }
    }

    private static void WriteCalibration(CardText card, AutoencoderModel model, AlarmRuleOptions options)
    {
        card.Section("Calibration");
        ModelMetadata metadata = model.Metadata;
        if (metadata.Calibration is { } calibration)
        {
            WriteLevels(card, model, metadata.Calibrated.Length > 0 ? metadata.Calibrated : "what training held back", calibration, metadata.HealthyScores, options, null);
        }
        else
        {
            card.Line($"None{(metadata.Bands.Count > 0 ? " outside of the bands below" : "")}: rules need fixed levels, or `thrum calibrate` with healthy recordings.");
        }

        foreach (BandCalibration band in metadata.Bands)
        {
            card.Line($"");
            card.Line($"### Band {band.Band.Name}, {band.Band.From} to {band.Band.To}");
            card.Line($"");
            WriteLevels(card, model, band.Calibrated.Length > 0 ? band.Calibrated : "the file does not say", band.Table, band.Scores, options, band.Band);
        }
    }

    private static void WriteLevels(CardText card, AutoencoderModel model, string on, CalibrationTable table, HealthyScores? scores, AlarmRuleOptions options, OperatingBand? band)
    {
        card.Row("on", $"{on}");
        if (scores is not null)
        {
            card.Row("length", $"{scores.LeastWindows} windows, {scores.LeastWindows * (double)model.Metadata.HopSamples / model.Metadata.SampleRateHz / 3600:G3} h of running");
        }

        card.Line($"");
        card.Line($"| metric | healthy median | healthy greatest | raises at | clears below | false alarms, {options.RaiseCount} of {options.OfWindows} windows |");
        card.Line($"|---|---|---|---|---|---|");
        foreach ((string metric, ScoreDistribution healthy) in table.Metrics)
        {
            AlarmRule all = (options with { Metric = metric }).Resolve(model), rule = band is null ? all : all.In(band);
            card.Line($"| `{metric}` | {healthy.Median:G4} | {healthy.Quantiles[^1]:G4} | {rule.RaiseLevel:G4} | {rule.ClearLevel:G4} | {CardText.Cell(rule.LevelOrigin)} |");
        }
    }

    private static void WriteUse(CardText card, ModelMetadata metadata)
    {
        card.Section("Use and limits");
        card.Line($"- For the machines, mounting, sensors and ways of running that the data show, at {metadata.SampleRateHz} Hz. Another load, speed, place or sensor scores as an anomaly: train or calibrate anew, also after a repair.");
        card.Line($"- What it was trained on counts as healthy; nothing in the file can tell whether it was.");
        card.Line($"- A score says that something differs, not what, and not how long the machine will last. It is no safety function.");
        foreach ((string where, int windows) in Thresholds(metadata).Where(one => one.Windows < FewWindows))
        {
            card.Line($"- **Thresholds{where} stand on {windows} windows of calibration, expected at least {FewWindows}: expect false and missed alarms.**");
        }
    }

    /// <summary>What each set of thresholds stands on: that of all running, unless there are only bands, and that of each band.</summary>
    private static IEnumerable<(string Where, int Windows)> Thresholds(ModelMetadata metadata) =>
    [
        .. metadata.Calibration is null && metadata.Bands.Count > 0 ? Array.Empty<(string, int)>() : [("", metadata.HealthyScores?.LeastWindows ?? 0)],
        .. metadata.Bands.Select(band => ($" in the band {band.Band.Name}", band.Scores?.LeastWindows ?? 0)),
    ];

    private static void WriteServing(CardText card, ModelMetadata metadata, string file, bool isServedByItself)
    {
        card.Section("Serving");
        if (isServedByItself)
        {
            card.Line($"The gateway that learned it serves it to the axis that it learned it from, by itself: there is nothing to configure.");
            return;
        }

        card.Line($"In the configuration, the pattern being that of the {(metadata.Axes.IsJoint ? "sensors" : "axes")} it is for:");
        card.Line($"");
        card.Line($"```json");
        card.Line($"{{ \"Detector\": {{ \"Models\": [ {{ \"Path\": \"{file}\", \"Match\": \"*\" }} ] }} }}");
        card.Line($"```");
        card.Line($"");
        card.Line($"Then `thrum run -c thrum.json`. `thrum inspect {file}` shows what the file says, `thrum evaluate` measures it on recordings, `thrum calibrate` sets its thresholds from other healthy recordings.");
    }

    private static string Input(ModelMetadata metadata) => string.Create(CultureInfo.InvariantCulture,
        $"{metadata.WindowSamples} samples of {(metadata.Axes.IsJoint ? $"{metadata.Axes.Count} axes together" : "one axis")} at {metadata.SampleRateHz} Hz");

    /// <summary>A normaliser of each bin by itself is longer than anybody reads.</summary>
    private static string Shortened(string json) => json.Length <= 200 ? $"`{json}`" : $"`{json[..100]}…`, in full in the file";

    /// <summary>Markdown in invariant culture; a table begins with its first row.</summary>
    private sealed class CardText
    {
        private readonly StringBuilder _text = new();
        private bool _isTable;

        public static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);

        public void Line(FormattableString text)
        {
            _isTable = false;
            _text.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
        }

        public void Section(string name)
        {
            Line($"");
            Line($"## {name}");
            Line($"");
        }

        public void Row(string name, FormattableString text)
        {
            if (!_isTable)
            {
                Line($"| | |");
                Line($"|---|---|");
            }

            Line($"| {Cell(name)} | {Cell(text.ToString(CultureInfo.InvariantCulture))} |");
            _isTable = true;
        }

        public override string ToString() => _text.ToString();
    }
}
