namespace Thrum.Sink.Store;

/// <summary>The journal's table: a row per commit.</summary>
internal static class JournalSchema
{
    /// <summary>"ThrJ".</summary>
    private const int ApplicationId = 0x5468724A;

    private static readonly string[] Steps =
    [
        // count records in body, numbered from first; crc is CRC-32C over body.
        "CREATE TABLE batch (first INTEGER PRIMARY KEY, count INTEGER NOT NULL, crc INTEGER NOT NULL, body BLOB NOT NULL);",
    ];

    /// <summary>
    /// The journal's file. Batches are large and live for seconds: pages of 16 KiB, and merges of 32 MiB, so that most pages of the log are
    /// overwritten by a newer version before they are merged.
    /// </summary>
    public static StoreFormat Format { get; } = new(ApplicationId, PageBytes: 16384, PagesPerMerge: 2048, Steps);
}
