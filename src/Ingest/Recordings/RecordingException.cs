using Thrum.Detector;

namespace Thrum.Ingest.Recordings;

/// <summary>A file that is no recording, is broken off, or is not what the options say.</summary>
public sealed class RecordingException : ThrumException
{
    /// <summary>Names the file, what should have been there, and what was; both may hold text of the file, which is made fit for a terminal.</summary>
    public RecordingException(string file, string expected, string found, Exception? inner = null)
        : base($"{(file.Length == 0 ? "''" : ShownText.Visible(file))}: expected {ShownText.Of(expected)}, found {ShownText.Of(found)}", inner)
    {
        File = file;
        Expected = ShownText.Of(expected);
        Found = ShownText.Of(found);
    }

    /// <summary>The path that was to be read.</summary>
    public string File { get; }

    /// <summary>What a good file has at the place in question.</summary>
    public string Expected { get; }

    /// <summary>Whether it is a recording, and only too large to be read into memory: block by block it can be read.</summary>
    public bool IsTooLarge { get; init; }

    /// <summary>What this one has.</summary>
    public string Found { get; }
}
