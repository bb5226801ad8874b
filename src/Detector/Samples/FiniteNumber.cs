namespace Thrum.Detector.Samples;

/// <summary>Numbers that do not exist, as JSON has none: NaN and the infinities become null.</summary>
public static class FiniteNumber
{
    /// <summary>The number, or null where it is not finite.</summary>
    public static double? FiniteOrNull(this double value) => double.IsFinite(value) ? value : null;

    /// <inheritdoc cref="FiniteOrNull(double)"/>
    public static double? FiniteOrNull(this double? value) => value?.FiniteOrNull();

    /// <inheritdoc cref="FiniteOrNull(double)"/>
    public static float? FiniteOrNull(this float value) => float.IsFinite(value) ? value : null;
}
