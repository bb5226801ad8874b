namespace Thrum.Ingest.Simulation;

/// <summary>What goes wrong between the machine and the recording; sizes are those of <see cref="SimulatorOptions.SensorFaultSize"/> 1.</summary>
public enum SensorFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The last value for ever.</summary>
    Stuck,

    /// <summary>Rails at ±0.2 g; a larger size brings them nearer.</summary>
    Clipping,

    /// <summary>Runs of NaN of 50 ms on average, 10 % of the time.</summary>
    Dropout,

    /// <summary>0.5 g is added at once.</summary>
    Offset,

    /// <summary>0.05 g more is added each second.</summary>
    Drift,

    /// <summary>The converter's clock runs 5 % fast from the first sample on, whatever the onset: every line appears too low by that.</summary>
    WrongRate,
}
