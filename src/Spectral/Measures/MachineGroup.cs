namespace Thrum.Spectral.Measures;

/// <summary>Groups of machines of ISO 20816-3.</summary>
public enum MachineGroup
{
    /// <summary>Group 1: rated above 300 kW and up to 50 MW; electrical machines with a shaft height of 315 mm or more.</summary>
    Large,

    /// <summary>Group 2: rated above 15 kW and up to 300 kW; electrical machines with a shaft height from 160 mm to below 315 mm.</summary>
    Medium,
}
