namespace Thrum.Training.Losses;

/// <summary><c>weights(l1)</c>: Σ|w|, or <c>weights(l2)</c>: Σw², over all weights of the network but biases and gains.</summary>
internal sealed record WeightPenalty(double Weight, bool IsSquared);
