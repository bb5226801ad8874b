namespace Thrum.Training.Evaluation;

/// <summary>A measured value with the bounds of its confidence interval.</summary>
public readonly record struct ConfidenceInterval(double Value, double Low, double High);
