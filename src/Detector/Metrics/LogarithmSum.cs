using System.Numerics;

namespace Thrum.Detector.Metrics;

/// <summary>
/// Σ−ln(f) over factors f in [ε, 1], as the logarithm of a product: one logarithm per lane and <see cref="StepsPerCarry"/> factors. A
/// NaN factor makes the sum NaN.
/// </summary>
internal struct LogarithmSum
{
    // Each factor is at least 1e-6, so a product of 48 stays above 1e-288, well inside a double.
    public const int StepsPerCarry = 48;

    private Vector<double> _low = Vector<double>.One;
    private Vector<double> _high = Vector<double>.One;
    private double _sum;

    public LogarithmSum()
    {
    }

    /// <summary>Σ−ln of the lanes of two products.</summary>
    public static double Of(Vector<double> low, Vector<double> high) => -Vector.Sum(Vector.Log(low) + Vector.Log(high));

    /// <summary>Takes one vector of factors.</summary>
    public void Multiply(Vector<float> factors)
    {
        Vector.Widen(factors, out Vector<double> low, out Vector<double> high);
        _low *= low;
        _high *= high;
    }

    /// <summary>Takes one vector of factors that were formed in double.</summary>
    public void Multiply(Vector<double> low, Vector<double> high)
    {
        _low *= low;
        _high *= high;
    }

    /// <summary>Moves the products on to the sum; after at most <see cref="StepsPerCarry"/> vectors.</summary>
    public void Carry()
    {
        _sum += Of(_low, _high);
        _low = _high = Vector<double>.One;
    }

    /// <summary>The sum so far; carries first.</summary>
    public double Total()
    {
        Carry();
        return _sum;
    }
}
