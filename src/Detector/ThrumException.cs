namespace Thrum.Detector;

/// <summary>Base of the faults Thrum itself reports to people: one clear sentence that says what was expected and what was found.</summary>
public abstract class ThrumException : Exception
{
    /// <summary>Creates the fault.</summary>
    protected ThrumException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
