namespace Thrum.Detector.Stages;

/// <summary>
/// Decides when something that may occur often is worth a log line: at the first of an episode, not at each. An episode belongs to a
/// kind and a source, so that one bad device does not hide another's fault, and ends when it has not occurred for a minute. Bounded:
/// sources beyond <see cref="MaxSources"/> at a time share one episode per kind. Thread-safe.
/// </summary>
/// <typeparam name="TKind">A closed set: what occurs.</typeparam>
public sealed class Episodes<TKind>(TimeProvider time)
    where TKind : struct, Enum
{
    /// <summary>Pairs of kind and source that are told apart at a time.</summary>
    public const int MaxSources = 1024;

    private static readonly TimeSpan QuietTime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(TKind Kind, ulong Source), long> _ofSource = [];
    private readonly Dictionary<TKind, long> _ofKind = [];
    private long? _swept;

    /// <summary>Notes an occurrence whose source is of no interest; true when it begins an episode and should be logged.</summary>
    public bool Begins(TKind kind)
    {
        long now = time.GetTimestamp();
        lock (_gate)
        {
            return Note(_ofKind, kind, now);
        }
    }

    /// <summary>Notes an occurrence; true when it begins an episode of its source and should be logged.</summary>
    /// <param name="kind">What occurred.</param>
    /// <param name="source">Number or hash of the topic or axis. Two that share it share their episodes.</param>
    public bool Begins(TKind kind, ulong source)
    {
        long now = time.GetTimestamp();
        lock (_gate)
        {
            return _ofSource.ContainsKey((kind, source)) || HasRoom(now)
                ? Note(_ofSource, (kind, source), now)
                : Note(_ofKind, kind, now);
        }
    }

    private bool HasRoom(long now)
    {
        // A flood of invented topics must not cost a sweep each.
        if (_ofSource.Count == MaxSources && (_swept is null || time.GetElapsedTime(_swept.Value, now) >= SweepInterval))
        {
            _swept = now;
            foreach (((TKind, ulong) key, long last) in _ofSource)
            {
                if (IsOver(last, now))
                {
                    _ofSource.Remove(key);
                }
            }
        }

        return _ofSource.Count < MaxSources;
    }

    private bool Note<TKey>(Dictionary<TKey, long> lasts, TKey key, long now)
        where TKey : notnull
    {
        bool begins = !lasts.TryGetValue(key, out long last) || IsOver(last, now);
        lasts[key] = now;
        return begins;
    }

    private bool IsOver(long last, long now) => time.GetElapsedTime(last, now) >= QuietTime;
}
