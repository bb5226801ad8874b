namespace Thrum.Ingest.Recordings;

/// <summary>A file to be read: its path for messages, its options, its bytes.</summary>
/// <param name="path">The file.</param>
/// <param name="options">What it does not say.</param>
/// <param name="content">Its bytes where they are at hand; null: they are read from the path.</param>
internal sealed class RecordingSource(string path, RecordingOptions options, byte[]? content = null)
{
    /// <summary>What a file has that ends where it should, for messages.</summary>
    public const string Whole = "a file that can be read to its end";

    public string Path { get; } = path;

    public RecordingOptions Options { get; } = options;

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public Stream Open()
    {
        if (content is not null)
        {
            return new MemoryStream(content, writable: false);
        }

        try
        {
            return new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Fault("a file that can be read", WhyNot(e), e);
        }
    }

    /// <summary>In our words where the reason is a common one: the system's say no more, and less clearly.</summary>
    private string WhyNot(Exception e) => Directory.Exists(Path) ? "a folder" : e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file",
        UnauthorizedAccessException => "one that this user may not read",
        _ => e.Message,
    };

    public RecordingException Fault(string expected, string found, Exception? inner = null) => new(Path, expected, found, inner);

    /// <summary>Opens the file and makes its blocks, which take it over; where that fails it is closed.</summary>
    public IRecordingBlocks OpenBlocks(Func<Stream, IRecordingBlocks> make)
    {
        Stream file = Open();
        try
        {
            return make(file);
        }
        catch (Exception e)
        {
            file.Dispose();
            throw e is IOException ? Fault(Whole, e.Message, e) : e;
        }
    }

    /// <summary>The name of an axis that has none: <c>default</c> where it is alone.</summary>
    public static string AxisName(int index, int count) =>
        count == 1 ? "default" : FormattableString.Invariant($"axis{index + 1}");
}
