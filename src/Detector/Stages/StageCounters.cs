namespace Thrum.Detector.Stages;

/// <summary>
/// The counters that every stage keeps: received, sent, dropped by reason, errors. In one unit per stage, so that after
/// shutdown received = sent + dropped. Thread-safe; counting allocates nothing.
/// </summary>
public sealed class StageCounters
{
    private readonly long[] _dropped = new long[DropReasonNames.Count];
    private readonly Func<long>? _queueLength;
    private long _received;
    private long _sent;
    private long _errors;

    /// <summary>Creates counters at zero.</summary>
    /// <param name="stage">Stage name, a closed set: <c>decode</c>, <c>score</c>, <c>deliver</c> and the destinations.</param>
    /// <param name="unit">What is counted, in UCUM annotation form without braces: <c>message</c>, <c>block</c>, <c>window</c>.</param>
    /// <param name="queueLength">Present length of the stage's input queue, where it has one.</param>
    public StageCounters(string stage, string unit, Func<long>? queueLength = null)
    {
        Stage = stage;
        Unit = unit;
        _queueLength = queueLength;
    }

    /// <summary>Stage name.</summary>
    public string Stage { get; }

    /// <summary>What is counted.</summary>
    public string Unit { get; }

    /// <summary>Received so far.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Passed on so far.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Operations that failed and were tried again or given up; a retry is an error, not a drop.</summary>
    public long Errors => Volatile.Read(ref _errors);

    /// <summary>Dropped so far, all reasons together.</summary>
    public long Dropped
    {
        get
        {
            long sum = 0;
            for (int i = 0; i < _dropped.Length; i++)
            {
                sum += Volatile.Read(ref _dropped[i]);
            }

            return sum;
        }
    }

    /// <summary>Items waiting before the stage; 0 where it has no queue.</summary>
    public long QueueLength => _queueLength?.Invoke() ?? 0;

    /// <summary>Dropped so far for one reason.</summary>
    public long DroppedFor(DropReason reason) => Volatile.Read(ref _dropped[(int)reason]);

    /// <summary>Counts items received.</summary>
    public void AddReceived(long count) => Interlocked.Add(ref _received, count);

    /// <summary>Counts items passed on.</summary>
    public void AddSent(long count) => Interlocked.Add(ref _sent, count);

    /// <summary>Counts items dropped.</summary>
    public void AddDropped(DropReason reason, long count = 1) => Interlocked.Add(ref _dropped[(int)reason], count);

    /// <summary>Counts a failed operation.</summary>
    public void AddError() => Interlocked.Increment(ref _errors);
}
