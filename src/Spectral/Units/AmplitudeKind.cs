namespace Thrum.Spectral.Units;

/// <summary>How an amplitude is stated.</summary>
public enum AmplitudeKind
{
    /// <summary>From the mean to the greatest value.</summary>
    Peak,

    /// <summary>Root mean square: peak over √2 for a sine.</summary>
    Rms,

    /// <summary>From the least to the greatest value: twice the peak of a sine.</summary>
    PeakToPeak,
}
