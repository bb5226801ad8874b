namespace Thrum.Spectral.Measures;

/// <summary>How a machine stands, in the direction of measurement.</summary>
public enum MachineSupport
{
    /// <summary>The lowest natural frequency of machine and support is at least 25 % above the main excitation frequency.</summary>
    Rigid,

    /// <summary>Any other support.</summary>
    Flexible,
}
