using System.Globalization;
using Thrum.Detector;

namespace Thrum.Sink.Store;

/// <summary>What survives a crash.</summary>
public enum Durability
{
    /// <summary>A message is acknowledged when it was handed on; what was under way is lost with the process.</summary>
    Memory,

    /// <summary>A message is acknowledged when it is on disk, and processed again after a crash.</summary>
    Journal,
}

/// <summary>Settings of the local store.</summary>
public sealed record StoreOptions : ICrossChecked
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string Section = "Store";

    /// <summary>The database file; the gateway makes its folder when it is missing. SQLite keeps <c>-wal</c> and <c>-shm</c> files beside it, Thrum an empty one, <c>.lock</c>.</summary>
    public string Path { get; init; } = "thrum.db";

    /// <summary>How long score history stays, counted from when it was written. At most 36,500 days. Default 30 days.</summary>
    public TimeSpan HistoryRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long score history stays in buckets of <see cref="HistoryBucket"/>, counted from when it was written; at most 36,500 days. Default 14 days.</summary>
    public TimeSpan HistoryFineRetention { get; init; } = TimeSpan.FromDays(14);

    /// <summary>Width of a bucket of older score history in event time, from <see cref="HistoryBucket"/> to a day. Default 1 min.</summary>
    public TimeSpan HistoryCoarseBucket { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Bytes that score history and transitions may use before the oldest history goes, and once there is none, the oldest transitions but each alarm's
    /// newest. Default 512 MiB.
    /// </summary>
    public long HistoryBytes { get; init; } = 512L << 20;

    /// <summary>How long alarm transitions stay, counted from when they were written. At most 36,500 days. Default 730 days.</summary>
    public TimeSpan TransitionRetention { get; init; } = TimeSpan.FromDays(730);

    /// <summary>How many alarms keep their evidence, the newest; each takes 30 kB to some 300 kB, by the length of the measurement buffer. At most 100,000. Default 1,000.</summary>
    public int EvidenceKept { get; init; } = 1000;

    /// <summary>Bytes that the evidence of alarms may use together before the oldest goes; the newest always stays. Default 256 MiB.</summary>
    public long EvidenceBytes { get; init; } = 256L << 20;

    /// <summary>Width of a bucket of score history in event time, at most a day. Default 1 s.</summary>
    public TimeSpan HistoryBucket { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How often score history is committed; alarm transitions are committed with their batch. A longer interval writes less to
    /// flash, and a crash loses at most this much history. At most an hour. Default 1 s.
    /// </summary>
    public TimeSpan HistoryFlushInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What survives a crash. Default <see cref="Store.Durability.Memory"/>.</summary>
    public Durability Durability { get; init; }

    /// <summary>Bytes of messages that the journal may keep until they are processed; beyond that nothing is acknowledged until there is room. Default 1 GiB.</summary>
    public long JournalBytes { get; init; } = 1L << 30;

    /// <summary>
    /// How often the state of the sensors is stored and the journal trimmed, in journal mode. A longer interval writes less to flash; a restart
    /// reads at most this much again. At most an hour. Default 10 s.
    /// </summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The journal's file: <see cref="Path"/> with <c>.journal</c> in the place of its ending.</summary>
    public string JournalPath => System.IO.Path.ChangeExtension(Path, ".journal");

    /// <summary>The folder of the models that a replay of the journal may ask for: <see cref="Path"/> with <c>.models</c> in the place of its ending.</summary>
    public string ModelsFolder => System.IO.Path.ChangeExtension(Path, ".models");

    /// <summary>Where models that were learned on the gateway are, and what they are learned from, beside the store.</summary>
    public string LearnedFolder => System.IO.Path.ChangeExtension(Path, ".learned");

    private const int MostEvidence = 100_000;

    /// <summary>Longest retention: a hundred years, which the calendar bears at any date.</summary>
    private static TimeSpan LongestRetention => TimeSpan.FromDays(36_500);

    /// <summary>Most dead letters that are kept, the newest; 0 for none. At most 1,000,000. Default 10,000.</summary>
    public int DeadLetters { get; init; } = 10_000;

    /// <summary>Most bytes of payloads that dead letters may hold together. Default 64 MiB.</summary>
    public long DeadLetterBytes { get; init; } = 64L << 20;

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        OptionChecks checks = new();
        checks.Check(!string.IsNullOrWhiteSpace(Path), nameof(Path), "empty", "the path of the database file");
        checks.Between(nameof(HistoryRetention), HistoryRetention, OptionChecks.Shortest, LongestRetention);
        checks.Between(nameof(HistoryFineRetention), HistoryFineRetention, OptionChecks.Shortest, LongestRetention);
        checks.Between(nameof(TransitionRetention), TransitionRetention, OptionChecks.Shortest, LongestRetention);
        checks.Between(nameof(HistoryBucket), HistoryBucket, OptionChecks.Shortest, TimeSpan.FromDays(1));
        checks.Between(nameof(HistoryCoarseBucket), HistoryCoarseBucket, HistoryBucket, TimeSpan.FromDays(1));
        checks.Between(nameof(HistoryFlushInterval), HistoryFlushInterval, OptionChecks.Shortest, TimeSpan.FromHours(1));
        checks.Check(EvidenceKept is >= 1 and <= MostEvidence, nameof(EvidenceKept), EvidenceKept.ToString(CultureInfo.InvariantCulture), $"1 to {MostEvidence}");
        checks.AtLeast(nameof(HistoryBytes), HistoryBytes, 1 << 20);
        checks.AtLeast(nameof(EvidenceBytes), EvidenceBytes, 1 << 20);
        checks.AtLeast(nameof(JournalBytes), JournalBytes, 1 << 20);
        checks.Between(nameof(CheckpointInterval), CheckpointInterval, OptionChecks.Shortest, TimeSpan.FromHours(1));
        checks.Check(DeadLetters is >= 0 and <= 1_000_000, nameof(DeadLetters), DeadLetters.ToString(CultureInfo.InvariantCulture), "0 to 1000000");
        checks.AtLeast(nameof(DeadLetterBytes), DeadLetterBytes, 1);
        return checks.Faults;
    }
}
