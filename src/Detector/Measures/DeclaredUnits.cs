using Thrum.Detector.Samples;
using Thrum.Spectral.Units;

namespace Thrum.Detector.Measures;

/// <summary>The units that the entries of <c>Machines</c> declare for the samples of axes. Immutable.</summary>
/// <param name="machines">Checked entries, asked in order.</param>
public sealed class DeclaredUnits(IReadOnlyList<MachineOptions> machines)
{
    private readonly MachineProfile[] _profiles = MachineProfile.All(machines);

    /// <summary>The unit of the first entry that matches the axis; null where that says none, or none matches.</summary>
    public VibrationUnit? Of(AxisId axis) => MachineProfile.For(_profiles, axis).Unit;
}
