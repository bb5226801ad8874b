using Thrum.Gateway.Workflows;
using Thrum.Spectral.Bearings;
using Thrum.Spectral.Measures;
using Thrum.Spectral.Units;

namespace Thrum.Gateway.Inspect;

/// <summary>What to inspect, and what the file does not say of the machine.</summary>
internal sealed record InspectionRequest
{
    /// <summary>The recording.</summary>
    public required Signal Signal { get; init; }

    /// <summary>Unit of the samples; null where neither file nor user says.</summary>
    public VibrationUnit? Unit { get; init; }

    /// <summary>Shaft speed; null where neither file nor user says.</summary>
    public double? Rpm { get; init; }

    /// <summary>The bearing.</summary>
    public BearingGeometry? Bearing { get; init; }

    /// <summary>What the user called it.</summary>
    public string? BearingName { get; init; }

    /// <summary>Teeth of the gear on the shaft; 0 for none.</summary>
    public int GearTeeth { get; init; }

    /// <summary>Mains frequency; null for 50 or 60 Hz.</summary>
    public double? MainsHz { get; init; }

    /// <summary>Group of ISO 20816-3.</summary>
    public MachineGroup Group { get; init; } = MachineGroup.Medium;

    /// <summary>Support of ISO 20816-3.</summary>
    public MachineSupport Support { get; init; } = MachineSupport.Rigid;
}
