using Thrum.Detector;

namespace Thrum.Sink;

/// <summary>A fault of this project that its caller can act on; the message is a sentence for people.</summary>
public abstract class SinkException : ThrumException
{
    /// <summary>Creates the exception.</summary>
    protected SinkException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
