namespace Thrum.Detector.Baselines;

/// <summary>What became of a window given to a <see cref="BaselineState"/>.</summary>
internal enum BaselineStep
{
    /// <summary>It was learned from.</summary>
    Learning,

    /// <summary>The level changed while learning, such as by a machine that started: learning began anew.</summary>
    Restarted,

    /// <summary>It was the last one learned from; the next has scores.</summary>
    Learned,

    /// <summary>It has scores.</summary>
    Scored,
}
