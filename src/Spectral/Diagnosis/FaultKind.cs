namespace Thrum.Spectral.Diagnosis;

/// <summary>What a finding names.</summary>
public enum FaultKind
{
    /// <summary>Nothing stands out.</summary>
    None,

    /// <summary>Something stands out, but no known pattern fits it.</summary>
    Undetermined,

    /// <summary>Outer race of the bearing: lines at BPFO in the envelope.</summary>
    OuterRace,

    /// <summary>Inner race: lines at BPFI, often with sidebands at the shaft's frequency.</summary>
    InnerRace,

    /// <summary>Ball or roller: lines at 2×BSF, often with sidebands at the cage's frequency.</summary>
    Ball,

    /// <summary>Cage: lines at FTF.</summary>
    Cage,

    /// <summary>Unbalance: velocity at 1× rules.</summary>
    Unbalance,

    /// <summary>Misalignment: velocity at 2× is large beside 1×.</summary>
    Misalignment,

    /// <summary>Looseness: many multiples of the shaft's frequency, or half orders.</summary>
    Looseness,

    /// <summary>Electrical: velocity at twice the mains frequency.</summary>
    Electrical,

    /// <summary>Gear: mesh frequency with sidebands at the shaft's frequency.</summary>
    Gear,
}
