using System.Runtime.InteropServices;

namespace Thrum.Detector.Machines;

/// <summary>What happens to a voter.</summary>
internal enum VoteChangeKind : byte
{
    /// <summary>Its condition came.</summary>
    Raised,

    /// <summary>Its condition went away.</summary>
    Cleared,

    /// <summary>It is counted from here on.</summary>
    Joined,

    /// <summary>It is silent and not counted from here on.</summary>
    Left,
}

/// <summary>Something that an axis told and the machine's time has yet to reach.</summary>
/// <param name="TimeUnixNs">When it takes effect.</param>
/// <param name="Voter">Whom it is about.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Rule">Of a condition that came, its rule; else empty.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct VoteChange(long TimeUnixNs, Voter Voter, VoteChangeKind Kind, string Rule);
