namespace Thrum.Detector.Stages;

/// <summary>
/// Decides when a drop is worth a log line: at the first of an episode, not at each. An episode of a reason ends when it has not
/// occurred for a minute. Thread-safe.
/// </summary>
public sealed class DropEpisodes(TimeProvider time)
{
    private static readonly TimeSpan QuietTime = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly long[] _last = new long[DropReasonNames.Count];
    private readonly bool[] _open = new bool[DropReasonNames.Count];

    /// <summary>Notes a drop; true when it begins an episode and should be logged.</summary>
    public bool Begins(DropReason reason)
    {
        long now = time.GetTimestamp();
        lock (_gate)
        {
            ref long last = ref _last[(int)reason];
            bool begins = !_open[(int)reason] || time.GetElapsedTime(last, now) >= QuietTime;
            _open[(int)reason] = true;
            last = now;
            return begins;
        }
    }
}
