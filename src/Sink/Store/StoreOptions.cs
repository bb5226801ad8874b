using Thrum.Detector;

namespace Thrum.Sink.Store;

/// <summary>Settings of the local store.</summary>
public sealed record StoreOptions : ICrossChecked
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string Section = "Store";

    /// <summary>The database file; its folder must exist. SQLite keeps <c>-wal</c> and <c>-shm</c> files beside it.</summary>
    public string Path { get; init; } = "thrum.db";

    /// <summary>How long score history stays, counted from when it was written. Default 30 days.</summary>
    public TimeSpan HistoryRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Bytes the database may use, the outbox not counted, before the oldest history goes. Default 512 MiB.</summary>
    public long HistoryBytes { get; init; } = 512L << 20;

    /// <summary>How long alarm transitions stay, counted from when they were written. Default 730 days.</summary>
    public TimeSpan TransitionRetention { get; init; } = TimeSpan.FromDays(730);

    /// <summary>Width of a bucket of score history in event time. Default 1 s.</summary>
    public TimeSpan HistoryBucket { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How often score history is committed; alarm transitions are committed with their batch. A longer interval writes less to
    /// flash, and a crash loses at most this much history. Default 1 s.
    /// </summary>
    public TimeSpan HistoryFlushInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        List<string> faults = [];
        if (string.IsNullOrWhiteSpace(Path))
        {
            faults.Add($"Path is empty, expected the path of the database file");
        }

        Positive(nameof(HistoryRetention), HistoryRetention);
        Positive(nameof(TransitionRetention), TransitionRetention);
        Positive(nameof(HistoryBucket), HistoryBucket);
        Positive(nameof(HistoryFlushInterval), HistoryFlushInterval);
        if (HistoryBytes < 1 << 20)
        {
            faults.Add(FormattableString.Invariant($"HistoryBytes is {HistoryBytes}, expected at least 1048576"));
        }

        return faults;

        void Positive(string name, TimeSpan value)
        {
            if (value <= TimeSpan.Zero)
            {
                faults.Add(FormattableString.Invariant($"{name} is {value}, expected a duration above zero"));
            }
        }
    }
}
