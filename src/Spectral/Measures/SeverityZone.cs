namespace Thrum.Spectral.Measures;

/// <summary>Evaluation zones of ISO 20816-1.</summary>
public enum SeverityZone
{
    /// <summary>As of newly commissioned machines.</summary>
    A,

    /// <summary>Fit for unrestricted long-term operation.</summary>
    B,

    /// <summary>Not fit for continuous long-term operation; for a limited period until it can be put right.</summary>
    C,

    /// <summary>Severe enough to damage the machine.</summary>
    D,
}
