using Thrum.Detector;

namespace Thrum.Ingest.Recordings;

/// <summary>A file that is no recording, is broken off, or is not what the options say.</summary>
public sealed class RecordingException : ThrumException
{
    /// <summary>Names the file, what should have been there, and what was.</summary>
    public RecordingException(string file, string expected, string found, Exception? inner = null)
        : base($"{(file.Length == 0 ? "''" : file)}: expected {expected}, found {found}", inner)
    {
        File = file;
        Expected = expected;
        Found = found;
    }

    /// <summary>The path that was to be read.</summary>
    public string File { get; }

    /// <summary>What a good file has at the place in question.</summary>
    public string Expected { get; }

    /// <summary>What this one has.</summary>
    public string Found { get; }
}
