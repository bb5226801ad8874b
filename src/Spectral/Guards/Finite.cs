using System.Runtime.CompilerServices;

namespace Thrum.Spectral.Guards;

/// <summary>Checks of arguments that, unlike the comparisons of the base library, NaN and infinity do not pass.</summary>
internal static class Finite
{
    /// <exception cref="ArgumentOutOfRangeException">The value is not a positive number.</exception>
    public static void ThrowIfNotPositive(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        ThrowIfNotWithin(value, double.Epsilon, double.MaxValue, "positive", name);

    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not a number.</exception>
    public static void ThrowIfNegative(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        ThrowIfNotWithin(value, 0, double.MaxValue, "0 or positive", name);

    /// <exception cref="ArgumentOutOfRangeException">The value is NaN.</exception>
    public static void ThrowIfNaN(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        ThrowIfNotWithin(value, double.NegativeInfinity, double.PositiveInfinity, "a number", name);

    private static void ThrowIfNotWithin(double value, double least, double most, string expected, string? name)
    {
        if (!(value >= least && value <= most))
        {
            throw new ArgumentOutOfRangeException(name, value, $"must be {expected}");
        }
    }
}
