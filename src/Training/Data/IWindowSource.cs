namespace Thrum.Training.Data;

/// <summary>Normalised windows of equal length, in memory or on disk; all numbers are finite. Reading is thread-safe.</summary>
public interface IWindowSource
{
    /// <summary>Length of a window.</summary>
    int WindowSamples { get; }

    /// <summary>Number of windows.</summary>
    int Count { get; }

    /// <summary>Copies a window.</summary>
    /// <param name="index">0 … <see cref="Count"/> − 1</param>
    /// <param name="window">Receives [<see cref="WindowSamples"/>].</param>
    void Read(int index, Span<float> window);
}
