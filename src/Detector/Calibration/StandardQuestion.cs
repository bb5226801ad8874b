using Thrum.Detector.Operating;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Questions;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Calibration;

/// <summary>Asks what an axis is judged by.</summary>
/// <param name="axis">The axis.</param>
/// <param name="bandName">The band of speed or load; empty for the one that the axis is in.</param>
/// <param name="scorer">Whose standard.</param>
internal sealed class StandardQuestion(AxisId axis, string bandName, AxisScorer scorer) : AxisQuestion<AxisStandard>(axis)
{
    protected override AxisAnswer<AxisStandard> Look(AxisState axis)
    {
        if (!axis.Calibration.Has(scorer))
        {
            return AxisAnswer<AxisStandard>.Unknown($"{Axis} has no {(scorer == AxisScorer.Model ? "model" : "baseline")}");
        }

        OperatingBand? band = bandName.Length == 0 ? BandOf(axis) : axis.Bands.FirstOrDefault(band => band.Name == bandName);
        return band is null && bandName.Length > 0
            ? AxisAnswer<AxisStandard>.Unknown($"{Axis} has no band '{bandName}', expected {Known(axis.Bands)}")
            : AxisAnswer<AxisStandard>.Found(axis.Calibration.StandardIn(band, scorer));
    }

    /// <summary>The band that an axis is in, before it came into one its first; null without bands.</summary>
    private static OperatingBand? BandOf(AxisState axis) => axis.Calibration.Band ?? (axis.Bands is [OperatingBand first, ..] ? first : null);

    private static string Known(IReadOnlyList<OperatingBand> bands) =>
        string.Join(" or ", bands.Select(band => $"'{band.Name}'").DefaultIfEmpty("none: Detector:Operating gives it no bands"));
}
