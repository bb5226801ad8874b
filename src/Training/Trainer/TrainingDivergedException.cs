using Thrum.Detector;

namespace Thrum.Training.Trainer;

/// <summary>No attempt reached a finite validation loss; the message says with which settings.</summary>
public sealed class TrainingDivergedException(string message) : ThrumException(message);
