namespace Thrum.Spectral.Filters;

/// <summary>What the edge of a Bessel filter means.</summary>
public enum BesselNorm
{
    /// <summary>The phase is at the middle of its range there; the asymptotes are those of a Butterworth filter of the same edge.</summary>
    Phase,

    /// <summary>The gain is −3 dB there.</summary>
    Magnitude,

    /// <summary>The prototype's group delay is 1/edge (rad/s) at frequency 0.</summary>
    Delay,
}
