using Thrum.Spectral.Guards;

namespace Thrum.Spectral.Units;

/// <summary>An amplitude with its unit and kind, so that a conversion is always asked for by name.</summary>
/// <param name="Value">The number.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Kind">Peak, RMS or peak-to-peak.</param>
public readonly record struct VibrationAmplitude(double Value, VibrationUnit Unit, AmplitudeKind Kind)
{
    /// <summary>The same amplitude in another unit of the same quantity.</summary>
    /// <exception cref="ArgumentException">The unit is of another quantity: that needs a frequency.</exception>
    public VibrationAmplitude InUnit(VibrationUnit unit)
    {
        if (VibrationUnits.Derivative(unit) != VibrationUnits.Derivative(Unit))
        {
            throw new ArgumentException($"from {Unit} to {unit} a frequency is needed: use {nameof(OfSine)}", nameof(unit));
        }

        return this with { Value = Value * VibrationUnits.ToSi(Unit) / VibrationUnits.ToSi(unit), Unit = unit };
    }

    /// <summary>What a sine of this amplitude and frequency has in any unit and kind: each derivative multiplies by 2πf.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The frequency is not positive.</exception>
    public VibrationAmplitude OfSine(double frequencyHz, VibrationUnit unit, AmplitudeKind kind)
    {
        Finite.ThrowIfNotPositive(frequencyHz);
        int derivatives = VibrationUnits.Derivative(unit) - VibrationUnits.Derivative(Unit);
        double si = Value * VibrationUnits.ToSi(Unit) * Math.Pow(2 * Math.PI * frequencyHz, derivatives);
        return new(si / VibrationUnits.ToSi(unit) * OverPeak(kind) / OverPeak(Kind), unit, kind);
    }

    /// <summary>A sine's amplitude of this kind over its peak.</summary>
    private static double OverPeak(AmplitudeKind kind) => kind switch
    {
        AmplitudeKind.Peak => 1,
        AmplitudeKind.Rms => Math.Sqrt(0.5),
        AmplitudeKind.PeakToPeak => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "is not a known kind"),
    };
}
