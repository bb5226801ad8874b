using Thrum.Detector.Alarms;
using Thrum.Detector.Operating;
using Thrum.Detector.Scores;

namespace Thrum.Detector.Calibration;

/// <summary>What the windows of one axis are judged by at one moment. Immutable.</summary>
/// <param name="Scorer">Who scores it.</param>
/// <param name="Revision">The revision's hash; empty without a model.</param>
/// <param name="Band">The band of speed or load; null without bands.</param>
/// <param name="Bands">All bands of the axis.</param>
/// <param name="Metrics">The healthy distribution of each metric; empty without a calibration.</param>
/// <param name="Rules">The rules with their levels.</param>
/// <param name="Own">The calibration that an operator put in force; null where the model's holds.</param>
public sealed record AxisStandard(
    ScoredModel Scorer, string Revision, OperatingBand? Band, IReadOnlyList<OperatingBand> Bands, IReadOnlyDictionary<string, ScoreDistribution> Metrics, IReadOnlyList<AlarmRule> Rules, AxisRecalibration? Own);
