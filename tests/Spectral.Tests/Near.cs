namespace Thrum.Spectral.Tests;

/// <summary>Equality within an absolute tolerance, for sequences.</summary>
internal sealed class Near(double tolerance) : IEqualityComparer<double>
{
    public bool Equals(double x, double y) => Math.Abs(x - y) <= tolerance;

    public int GetHashCode(double obj) => 0;
}
