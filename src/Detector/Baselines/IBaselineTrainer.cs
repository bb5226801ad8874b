namespace Thrum.Detector.Baselines;

/// <summary>Makes a model from the healthy windows of one axis. Stateless and thread-safe; a call computes on its caller's thread.</summary>
public interface IBaselineTrainer
{
    /// <summary>
    /// Trains and calibrates. The same record gives the same bytes. Time is bounded by the token, memory by a small multiple of the record.
    /// </summary>
    /// <param name="record">What the axis is when it is healthy.</param>
    /// <param name="date">Day of training, for the card.</param>
    /// <param name="progress">Told the share that is done, 0 to 1, on the calling thread.</param>
    /// <param name="cancellationToken">Looked at at least once a training step.</param>
    /// <exception cref="BaselineTrainingException">Nothing usable came of it; the message says why.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    LearnedModel Train(HealthyRecord record, DateOnly date, IProgress<double>? progress, CancellationToken cancellationToken);
}

/// <summary>A model that was learned on the gateway.</summary>
/// <param name="Onnx">The ONNX file with its metadata and calibration.</param>
/// <param name="Card">The model card, Markdown: from what, how, and how good.</param>
public sealed record LearnedModel(ReadOnlyMemory<byte> Onnx, string Card);

/// <summary>The healthy windows of an axis gave no usable model.</summary>
public sealed class BaselineTrainingException(string message, Exception? inner = null) : ThrumException(message, inner);
