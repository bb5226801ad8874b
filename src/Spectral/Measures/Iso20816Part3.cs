namespace Thrum.Spectral.Measures;

/// <summary>
/// Zones of ISO 20816-3:2022 with the boundaries of its predecessor ISO 10816-3:2009, for the broad-band RMS velocity, mm/s, on bearing
/// housings of industrial machines from 15 kW to 50 MW and 120 r/min up, 10 to 1000 Hz (2 to 1000 Hz below 600 r/min). The
/// greatest of the measured directions counts. Boundaries are a guide for acceptance, not a promise. Displacement limits,
/// limits of the rotor's own vibration and pumps (ISO 10816-7) are not here.
/// </summary>
/// <remarks>
/// The boundaries are as widely reprinted; they were checked against a copy of neither edition, and reprints disagree on whether the
/// edition of 2022 still parts zone A from B. Where acceptance depends on them, compare with the standard and give a machine's own.
/// </remarks>
/// <param name="AtoB">Up to here zone A, mm/s RMS.</param>
/// <param name="BtoC">Up to here zone B.</param>
/// <param name="CtoD">Up to here zone C.</param>
public sealed record Iso20816Part3(double AtoB, double BtoC, double CtoD)
{
    /// <summary>The edition in force, whose groups, supports and zones these are; for the boundaries see the remarks on the type.</summary>
    public const string Edition = "ISO 20816-3:2022, boundaries of ISO 10816-3:2009";

    // From the criterion on changes: 25 % of the boundary between B and C, upwards or downwards.
    private const double SignificantChange = 0.25;

    private static readonly Iso20816Part3 LargeRigid = new(2.3, 4.5, 7.1);
    private static readonly Iso20816Part3 LargeFlexible = new(3.5, 7.1, 11.0);
    private static readonly Iso20816Part3 MediumRigid = new(1.4, 2.8, 4.5);
    private static readonly Iso20816Part3 MediumFlexible = new(2.3, 4.5, 7.1);

    /// <summary>The boundaries for a machine.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Group or support is not a known one.</exception>
    public static Iso20816Part3 For(MachineGroup group, MachineSupport support) => (group, support) switch
    {
        (MachineGroup.Large, MachineSupport.Rigid) => LargeRigid,
        (MachineGroup.Large, MachineSupport.Flexible) => LargeFlexible,
        (MachineGroup.Medium, MachineSupport.Rigid) => MediumRigid,
        (MachineGroup.Medium, MachineSupport.Flexible) => MediumFlexible,
        _ => throw new ArgumentOutOfRangeException(nameof(group), (group, support), "is not a known pair of group and support"),
    };

    /// <summary>
    /// The zone of an RMS velocity in mm/s; a value on a boundary is in the better zone. Null for NaN or a negative value.
    /// </summary>
    public SeverityZone? Zone(double velocityRmsMmS) => velocityRmsMmS switch
    {
        double.NaN or < 0 => null,
        _ when velocityRmsMmS <= AtoB => SeverityZone.A,
        _ when velocityRmsMmS <= BtoC => SeverityZone.B,
        _ when velocityRmsMmS <= CtoD => SeverityZone.C,
        _ => SeverityZone.D,
    };

    /// <summary>
    /// Whether a change from the reference value calls for attention even within zones A and B: more than 25 % of the
    /// boundary between B and C. False if either value is NaN.
    /// </summary>
    public bool IsSignificantChange(double referenceMmS, double velocityRmsMmS) =>
        Math.Abs(velocityRmsMmS - referenceMmS) > SignificantChange * BtoC;
}
