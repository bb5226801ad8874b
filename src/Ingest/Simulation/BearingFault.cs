namespace Thrum.Ingest.Simulation;

/// <summary>What breaks in a simulated machine.</summary>
public enum BearingFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A spall on the still outer race: equal impacts at BPFO.</summary>
    OuterRace,

    /// <summary>A spall on the turning inner race: impacts at BPFI, strong where it passes the load once a turn.</summary>
    InnerRace,
}
