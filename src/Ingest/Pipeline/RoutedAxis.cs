using Thrum.Detector.Samples;
using Thrum.Spectral.Units;

namespace Thrum.Ingest.Pipeline;

/// <summary>An axis that messages of a topic feed.</summary>
/// <param name="Stream">Its handle.</param>
/// <param name="Unit">The unit that <c>Machines</c> declares for its samples; null for none.</param>
internal sealed record RoutedAxis(AxisStream Stream, VibrationUnit? Unit)
{
    /// <summary>True once it was said that its messages have a unit and <c>Machines</c> declares none.</summary>
    public bool IsUndeclaredTold { get; set; }
}
