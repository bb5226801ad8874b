namespace Thrum.Detector.Models;

/// <summary>A model failed on windows that it was given, though it runs: its work may depend on its data.</summary>
public sealed class ModelRunException : ThrumException
{
    /// <summary>Creates the fault.</summary>
    /// <param name="path">The model's file.</param>
    /// <param name="windows">How many windows there were.</param>
    /// <param name="reason">What ONNX Runtime says, in one line.</param>
    /// <param name="innerException">Its fault.</param>
    public ModelRunException(string path, int windows, string reason, Exception innerException)
        : base($"Model {path}: expected it to run on {windows} windows that it was given, found: {reason}", innerException)
    {
        Reason = reason;
    }

    /// <summary>What ONNX Runtime says.</summary>
    public string Reason { get; }
}
