namespace Thrum.Detector.Models;

/// <summary>What a model file may ask for before it is refused.</summary>
public sealed record ModelFileLimits
{
    /// <summary>Those that hold where none are given.</summary>
    public static ModelFileLimits Default { get; } = new();

    /// <summary>Largest file, bytes.</summary>
    public long MaxBytes { get; init; } = 256L << 20;
}
