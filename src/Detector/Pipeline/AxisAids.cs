using Thrum.Detector.Operating;
using Thrum.Detector.Quality;
using Thrum.Detector.Trends;

namespace Thrum.Detector.Pipeline;

/// <summary>What goes with the windows of an axis.</summary>
/// <param name="Ledger">Where blocks are counted.</param>
/// <param name="Quality">Who looks at the data; null for nobody.</param>
/// <param name="Trends">Who looks at it over days; null for nobody.</param>
/// <param name="Gate">Who says whether the machine runs; null when it always counts as running.</param>
internal sealed record AxisAids(BlockLedger Ledger, QualityMonitor? Quality, AxisTrends? Trends, OperatingGate? Gate);
