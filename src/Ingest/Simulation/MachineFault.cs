namespace Thrum.Ingest.Simulation;

/// <summary>What breaks in a simulated machine.</summary>
public enum MachineFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A spall on the still outer race: equal impacts at BPFO.</summary>
    OuterRace,

    /// <summary>A spall on the turning inner race: impacts at BPFI, strong where it passes the load once a turn.</summary>
    InnerRace,

    /// <summary>A spall on a ball or roller: impacts at 2×BSF, strong where the cage carries it through the load.</summary>
    Ball,

    /// <summary>A broken cage pocket: an impact each turn of the cage, FTF.</summary>
    Cage,

    /// <summary>A heavy spot on the rotor: 1×, growing with the square of the speed.</summary>
    Unbalance,

    /// <summary>A coupling out of line: 2× above 1×, and some 3×.</summary>
    Misalignment,

    /// <summary>A loose foot or fit: many multiples of the shaft's speed, and halves between them.</summary>
    Looseness,

    /// <summary>A cracked tooth of the pinion: the mesh is louder and late for one tooth of each turn.</summary>
    GearTooth,
}
