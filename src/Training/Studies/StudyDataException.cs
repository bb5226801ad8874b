using Thrum.Detector;

namespace Thrum.Training.Studies;

/// <summary>The files of a data set are missing or not what they should be; the message names the file and what was expected.</summary>
public sealed class StudyDataException : ThrumException
{
    /// <summary>Creates the fault.</summary>
    public StudyDataException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
