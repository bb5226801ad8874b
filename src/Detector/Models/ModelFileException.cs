namespace Thrum.Detector.Models;

/// <summary>A model file was refused; the message names the file, what was expected and what was found.</summary>
public sealed class ModelFileException : ThrumException
{
    /// <summary>Creates the fault.</summary>
    public ModelFileException(string path, string reason, Exception? innerException = null)
        : base($"Model {path}: {reason}", innerException)
    {
        Path = path;
    }

    /// <summary>The file.</summary>
    public string Path { get; }
}
