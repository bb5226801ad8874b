using Thrum.Training.Graphs;

namespace Thrum.Training.Models;

/// <summary>One parameter tensor and how it starts: uniform in <see cref="InitialCentre"/> ± <paramref name="InitialBound"/>.</summary>
internal sealed record ParameterSpec(string Name, TensorShape Shape, double InitialBound)
{
    /// <summary>0 for weights and biases, 1 for gains and variances.</summary>
    public double InitialCentre { get; init; }

    public ParameterRole Role { get; init; } = ParameterRole.Weight;
}
