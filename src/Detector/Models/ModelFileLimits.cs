namespace Thrum.Detector.Models;

/// <summary>What a model file may ask for before it is refused.</summary>
public sealed record ModelFileLimits
{
    /// <summary>Those that hold where none are given.</summary>
    public static ModelFileLimits Default { get; } = new();

    /// <summary>Largest file, bytes.</summary>
    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>Most nodes, tensors and attributes, and most nodes once each function is put in the place of its calls.</summary>
    public int MaxNodes { get; init; } = 100_000;

    /// <summary>Longest time that one run of the self-test may take, on as many windows as wait at most; it ends with the operator that is running then. Holds only with a <see cref="Clock"/>.</summary>
    public TimeSpan MaxRunTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Measures that time; null, as by default, leaves it unlimited.</summary>
    public TimeProvider? Clock { get; init; }
}
