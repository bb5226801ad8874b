using System.Runtime.InteropServices;

namespace Thrum.Detector.Operating;

/// <summary>What a speed or load was over a stretch of time.</summary>
/// <param name="Least">Least value; NaN where it is not known throughout.</param>
/// <param name="Greatest">Greatest value.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct OperatingSpan(double Least, double Greatest)
{
    // By so much of itself a speed may change while lines of a spectrum are sought at it.
    private const double Steady = 0.02;

    public static OperatingSpan Unknown { get; } = new(double.NaN, double.NaN);

    public bool IsKnown => !double.IsNaN(Least);

    /// <summary>The value between the two, where they are close enough to call it one; null otherwise.</summary>
    public double? SteadyValue => Least > 0 && Greatest - Least <= Steady * Greatest ? (Least + Greatest) / 2 : null;
}
