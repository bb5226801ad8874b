using System.Globalization;
using System.Text.Json;
using Thrum.Detector.Calibration;
using Thrum.Detector.Features;
using Thrum.Detector.Metrics;
using Thrum.Detector.Operating;

namespace Thrum.Detector.Models;

/// <summary>
/// What a model file says about itself, held in its ONNX metadata properties <c>thrum.*</c> or in a sidecar JSON of the same keys.
/// </summary>
public sealed record ModelMetadata
{
    /// <summary>Samples per window, N ≥ 2.</summary>
    public required int WindowSamples { get; init; }

    /// <summary>Samples between the starts of consecutive windows, H ≥ 1.</summary>
    public required int HopSamples { get; init; }

    /// <summary>Sampling rate the model was trained at, Hz.</summary>
    public required double SampleRateHz { get; init; }

    /// <summary>The axes or quantities that the model sees together.</summary>
    public ModelAxes Axes { get; init; } = ModelAxes.One;

    /// <summary>What the model sees of a window.</summary>
    public FeatureSpec Feature { get; init; } = FeatureSpec.Waveform;

    /// <summary>Layout of the tensors; null where their dimensions say it.</summary>
    public ModelLayout? Layout { get; init; }

    /// <summary>How the feature is normalised.</summary>
    public required Normaliser Normaliser { get; init; }

    /// <summary>Family: <c>dense</c>, <c>lstm</c> or <c>conv</c>; told, not used.</summary>
    public string Kind { get; init; } = "dense";

    /// <summary>The scale s of <c>lmse</c>, in normalised units, positive.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Revolutions of the shaft per second, for metrics with bins by machine order; null when it is not known.</summary>
    public double? ShaftHz { get; init; }

    /// <summary>The metrics to compute; the first one is the score.</summary>
    public required IReadOnlyList<MetricExpression> Metrics { get; init; }

    /// <summary>Distribution of each metric over healthy windows that training never saw; null when the model has none.</summary>
    public CalibrationTable? Calibration { get; init; }

    /// <summary>The healthy scores in order of time, for thresholds from a false-alarm budget; null when the model has none.</summary>
    public HealthyScores? HealthyScores { get; init; }

    /// <summary>Calibrations of bands of speed or load; empty when there are none.</summary>
    public IReadOnlyList<BandCalibration> Bands { get; init; } = [];

    /// <summary>What the model was trained from, for people: file names and a fingerprint.</summary>
    public string Training { get; init; } = "";

    /// <summary>What the model was calibrated on when not by its training, and the day, for people.</summary>
    public string Calibrated { get; init; } = "";

    /// <summary>Sketch of the samples it was trained on (<see cref="TrainingAnchors"/>); empty when unknown.</summary>
    public string Anchors { get; init; } = "";

    /// <summary>The training loss, in the metric grammar.</summary>
    public string Loss { get; init; } = "";

    /// <summary>Day of training, ISO 8601.</summary>
    public string Date { get; init; } = "";

    /// <summary>What its card tells of its making, in order; empty when nobody noted it.</summary>
    public IReadOnlyList<CardFact> Card { get; init; } = [];

    /// <summary>The calibration of a band; null when there is none, or one for other limits of that name.</summary>
    public BandCalibration? CalibrationIn(OperatingBand band) => Bands.FirstOrDefault(calibration => calibration.Band == band);

    /// <summary>True when a model takes the same windows as another.</summary>
    public bool TakesWindowsOf(ModelMetadata other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (WindowSamples, HopSamples, SampleRateHz, Axes.Count) == (other.WindowSamples, other.HopSamples, other.SampleRateHz, other.Axes.Count)
            && (!Axes.IsJoint || Axes.Names.SequenceEqual(other.Axes.Names));
    }

    /// <summary>The properties to put into the ONNX file.</summary>
    public IReadOnlyDictionary<string, string> ToProperties()
    {
        var properties = new Dictionary<string, string>
        {
            [Keys.Kind] = Kind,
            [Keys.Window] = WindowSamples.ToString(CultureInfo.InvariantCulture),
            [Keys.Hop] = HopSamples.ToString(CultureInfo.InvariantCulture),
            [Keys.Rate] = SampleRateHz.ToString("R", CultureInfo.InvariantCulture),
            [Keys.Axes] = Axes.ToString(),
            [Keys.Feature] = Feature.ToString(),
            [Keys.Normaliser] = Normaliser.ToJson(),
            [Keys.Scale] = Scale.ToString("R", CultureInfo.InvariantCulture),
            [Keys.Metrics] = JsonSerializer.Serialize(Metrics.Select(metric => metric.Text)),
        };
        AddIfSet(properties, Keys.Layout, Layout is { } layout ? ModelLayouts.Name(layout) : "");
        AddIfSet(properties, Keys.Shaft, ShaftHz?.ToString("R", CultureInfo.InvariantCulture) ?? "");
        AddIfSet(properties, Keys.Calibration, Calibration?.ToJson() ?? "");
        AddIfSet(properties, Keys.Healthy, HealthyScores?.ToJson() ?? "");
        AddIfSet(properties, Keys.Bands, Bands.Count > 0 ? BandCalibration.ToJson(Bands) : "");
        AddIfSet(properties, Keys.Training, Training);
        AddIfSet(properties, Keys.Calibrated, Calibrated);
        AddIfSet(properties, Keys.Anchors, Anchors);
        AddIfSet(properties, Keys.Loss, Loss);
        AddIfSet(properties, Keys.Date, Date);
        AddIfSet(properties, Keys.Card, Card.Count > 0 ? CardFact.ToJson(Card) : "");
        return properties;
    }

    /// <summary>Reads the properties of a model file, sidecar or configuration.</summary>
    /// <exception cref="FormatException">A mandatory key is missing or a value is out of range; the message names the key and the value.</exception>
    public static ModelMetadata FromProperties(IReadOnlyDictionary<string, string> properties)
    {
        var reader = new PropertyReader(properties);
        int window = reader.Integer(Keys.Window, null, 2, 1 << 22);
        return new ModelMetadata
        {
            WindowSamples = window,
            HopSamples = reader.Integer(Keys.Hop, window, 1, 1 << 24),
            SampleRateHz = reader.Positive(Keys.Rate, null),
            Axes = reader.ParseOptional(Keys.Axes, ModelAxes.Parse) ?? ModelAxes.One,
            Feature = reader.ParseOptional(Keys.Feature, FeatureSpec.Parse) ?? FeatureSpec.Waveform,
            Layout = reader.Has(Keys.Layout) ? reader.Parse(Keys.Layout, ModelLayouts.Parse) : null,
            Normaliser = reader.Parse(Keys.Normaliser, Normaliser.Parse),
            Kind = reader.Text(Keys.Kind, "dense"),
            Scale = reader.Positive(Keys.Scale, 1),
            ShaftHz = reader.Has(Keys.Shaft) ? reader.Positive(Keys.Shaft, null) : null,
            Metrics = reader.Parse(Keys.Metrics, MetricExpression.ParseList),
            Calibration = reader.ParseOptional(Keys.Calibration, CalibrationTable.Parse),
            HealthyScores = reader.ParseOptional(Keys.Healthy, HealthyScores.Parse),
            Bands = reader.ParseOptional(Keys.Bands, BandCalibration.Parse) ?? [],
            Training = reader.Text(Keys.Training, ""),
            Calibrated = reader.Text(Keys.Calibrated, ""),
            Anchors = reader.Base64(Keys.Anchors),
            Loss = reader.Text(Keys.Loss, ""),
            Date = reader.Text(Keys.Date, ""),
            Card = reader.ParseOptional(Keys.Card, CardFact.Parse) ?? [],
        };
    }

    private static void AddIfSet(Dictionary<string, string> properties, string key, string value)
    {
        if (value.Length > 0)
        {
            properties[key] = value;
        }
    }

    /// <summary>The keys of the metadata properties.</summary>
    public static class Keys
    {
        /// <summary>Every key starts with it.</summary>
        public const string Prefix = "thrum.";

        internal const string Kind = Prefix + "kind";
        internal const string Window = Prefix + "window";
        internal const string Hop = Prefix + "hop";
        internal const string Rate = Prefix + "rate";
        internal const string Axes = Prefix + "axes";
        internal const string Layout = Prefix + "layout";
        internal const string Feature = Prefix + "feature";
        internal const string Normaliser = Prefix + "normaliser";
        internal const string Scale = Prefix + "scale";
        internal const string Shaft = Prefix + "shaft";
        internal const string Metrics = Prefix + "metrics";
        /// <summary>Distribution of the healthy scores: nobody but Thrum writes it.</summary>
        public const string Calibration = Prefix + "calibration";

        internal const string Healthy = Prefix + "healthy";

        /// <summary>The same for each band of speed or load.</summary>
        public const string Bands = Prefix + "bands";

        internal const string Training = Prefix + "training";
        internal const string Calibrated = Prefix + "calibrated";
        internal const string Anchors = Prefix + "anchors";
        internal const string Loss = Prefix + "loss";
        internal const string Date = Prefix + "date";
        internal const string Card = Prefix + "card";
    }
}
