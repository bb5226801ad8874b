using System.Globalization;
using Thrum.Detector;

namespace Thrum.Training.Trainer;

/// <summary>The exported file does not do what was trained, so it is not to be written.</summary>
public sealed class ExportParityException(ExportParity parity) : ThrumException(string.Create(CultureInfo.InvariantCulture,
    $"the exported file reconstructs {parity.Windows} validation windows by up to {parity.GreatestDifference:G3} differently from the trained network, expected at most {ExportParity.Tolerance:G1}: no file was written"))
{
    /// <summary>What was found.</summary>
    public ExportParity Parity { get; } = parity;
}
