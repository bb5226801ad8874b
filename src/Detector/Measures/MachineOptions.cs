using System.ComponentModel.DataAnnotations;
using Thrum.Spectral.Bearings;
using Thrum.Spectral.Measures;
using Thrum.Spectral.Units;

namespace Thrum.Detector.Measures;

/// <summary>What the diagnosis must know of a machine; an entry of the section <c>Machines</c>. What is not told is not looked for.</summary>
public sealed record MachineOptions : ICrossChecked
{
    /// <summary>Which axes: a pattern over <c>machine/sensor/axis</c> in which <c>*</c> stands for any text.</summary>
    [Required]
    public string Match { get; init; } = "*";

    /// <summary>Shaft speed in r/min; 0 where it is not known.</summary>
    [Range(0.0, 1_000_000.0)]
    public double Rpm { get; init; }

    /// <summary>The bearing as <see cref="BearingCatalogue.Parse"/> takes it; empty where it is not known.</summary>
    public string Bearing { get; init; } = "";

    /// <summary>Unit of the samples: <c>g</c>, <c>m/s2</c>, <c>mm/s</c> or <c>um</c>; empty where it is not known.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Group of ISO 20816-3.</summary>
    public MachineGroup Group { get; init; } = MachineGroup.Medium;

    /// <summary>Support of ISO 20816-3.</summary>
    public MachineSupport Support { get; init; } = MachineSupport.Rigid;

    /// <summary>Teeth of the gear on the shaft; 0 for none.</summary>
    [Range(0, 10_000)]
    public int GearTeeth { get; init; }

    /// <summary>Mains frequency; 0 looks for twice 50 Hz and twice 60 Hz.</summary>
    [Range(0.0, 1000.0)]
    public double MainsHz { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (Bearing.Length > 0 && BearingCatalogue.Parse(Bearing, out string fault) is null)
        {
            yield return $"Bearing is '{Bearing}', {fault}";
        }

        if (Unit.Length > 0 && VibrationUnits.Parse(Unit) is null)
        {
            yield return $"Unit is '{Unit}', expected {VibrationUnits.Symbols}";
        }
    }
}
