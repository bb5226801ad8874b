using Thrum.Detector;

namespace Thrum.Training.Trainer;

/// <summary>A file that is to be a checkpoint is none, or one of another training; it was left as it is.</summary>
public sealed class TrainingCheckpointException(string message) : ThrumException(message);
