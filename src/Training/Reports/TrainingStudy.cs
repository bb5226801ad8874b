using System.Globalization;
using Thrum.Training.Data;
using Thrum.Training.Trainer;

namespace Thrum.Training.Reports;

/// <summary>A training with all that is looked at to judge it. Immutable by contract.</summary>
public sealed record TrainingStudy
{
    /// <summary>What was trained.</summary>
    public required TrainedModel Model { get; init; }

    /// <summary>Loss and metrics by epoch.</summary>
    public required TrainingCurves Curves { get; init; }

    /// <summary>Names of metrics that are followed to be shown; no finding is made of them.</summary>
    public IReadOnlyList<string> ShownOnly { get; init; } = [];

    /// <summary>The others: findings are made of them.</summary>
    internal IEnumerable<MetricCurve> Judged => Curves.Metrics.Where(metric => metric.Name != Curves.Loss.Name && !ShownOnly.Contains(metric.Name));

    /// <summary>What it makes of validation windows.</summary>
    public required ReconstructionProbe Probe { get; init; }

    /// <summary>Its hidden layers.</summary>
    public required IReadOnlyList<LayerUnits> Hidden { get; init; }

    /// <summary>Training samples of each recording, by name; several of one name are several axes or files.</summary>
    public IReadOnlyList<(string Name, long Samples)> Recordings { get; init; } = [];

    /// <summary>What is missing in the recordings and was left out for it, name and text of each; empty where nothing is.</summary>
    public IReadOnlyList<(string Name, string Text)> Missing { get; init; } = [];

    /// <summary>Axes that a window holds one after the other.</summary>
    public int Axes => Model.Options.Axes;

    /// <summary>Their names; empty where nobody knows them.</summary>
    public IReadOnlyList<string> AxisNames { get; init; } = [];

    /// <summary>How far the exported file is from it; null when none was exported.</summary>
    public ExportParity? Parity { get; init; }

    /// <summary>Scores of the finished file; null when none were taken.</summary>
    public ScoreComparison? Scores { get; init; }

    /// <summary>Looks at a training.</summary>
    /// <param name="model">With metrics that it tracked: <see cref="TrainingCurves.Track"/>.</param>
    /// <param name="validation">The windows that decided when to stop.</param>
    /// <exception cref="ArgumentException">Nothing was tracked.</exception>
    public static TrainingStudy Of(TrainedModel model, IWindowSource validation)
    {
        ArgumentNullException.ThrowIfNull(model);
        var probe = ReconstructionProbe.Of(model, validation);
        return new TrainingStudy { Model = model, Curves = TrainingCurves.Of(model), Probe = probe, Hidden = model.HiddenLayers(probe.Windows) };
    }

    /// <summary>Name of an axis, or its number from 1.</summary>
    /// <param name="axis">From 0.</param>
    public string NameOf(int axis) => axis < AxisNames.Count ? AxisNames[axis] : (axis + 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>The findings, the gravest first; one that says so when there is none.</summary>
    public IReadOnlyList<TrainingFinding> Findings()
    {
        TrainingFinding[] found = [.. FitFindings.Of(this), .. MetricFindings.Of(this), .. DataFindings.Of(this)];
        return found.Length > 0 ? found : [FitFindings.Sound(this)];
    }
}

/// <summary>Scores of one metric by the finished file.</summary>
/// <param name="Metric">Its text.</param>
/// <param name="Healthy">Of healthy windows that were not trained on.</param>
/// <param name="Faulty">Of windows with a fault; empty when there are none.</param>
/// <param name="Threshold">At which a rule with default settings raises; null for none.</param>
public sealed record ScoreComparison(string Metric, IReadOnlyList<double> Healthy, IReadOnlyList<double> Faulty, double? Threshold)
{
    /// <summary>Windows that share samples with one of them, itself included.</summary>
    public int Overlap { get; init; } = 1;

    /// <summary>Where the threshold comes from.</summary>
    public string Origin { get; init; } = "";

    /// <summary>How many windows long the calibration is that it stands on; null where that is not known.</summary>
    public int? CalibrationWindows { get; init; }
}
