namespace Thrum.Spectral.Diagnosis;

/// <summary>Names of faults on the wire: they never change.</summary>
public static class FaultNames
{
    /// <summary>The name, such as <c>outer-race</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The fault is not a known one.</exception>
    public static string Of(FaultKind fault) => fault switch
    {
        FaultKind.None => "none",
        FaultKind.Undetermined => "undetermined",
        FaultKind.OuterRace => "outer-race",
        FaultKind.InnerRace => "inner-race",
        FaultKind.Ball => "ball",
        FaultKind.Cage => "cage",
        FaultKind.Unbalance => "unbalance",
        FaultKind.Misalignment => "misalignment",
        FaultKind.Looseness => "looseness",
        FaultKind.Electrical => "electrical",
        FaultKind.Gear => "gear",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "is not a known fault"),
    };
}
