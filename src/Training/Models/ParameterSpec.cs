using Thrum.Training.Graphs;

namespace Thrum.Training.Models;

/// <summary>One weight or bias tensor and how it starts: uniform in ± <paramref name="InitialBound"/>, zero for a bias.</summary>
internal sealed record ParameterSpec(string Name, TensorShape Shape, double InitialBound);
