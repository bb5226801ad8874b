using Thrum.Detector.Scores;
using Thrum.Sink.Http;
using Thrum.Sink.LineProtocol;
using Thrum.Sink.Store;

namespace Thrum.Sink.Influx;

/// <summary>
/// Encodes batches into bodies and queues the full ones in memory. While the outbox holds anything, memory is passed by, but for one body at a
/// time, the <i>live</i> one: what waits in memory is older than what waits on disk, or it is that one, so that an outage's backlog does not hold up
/// the present. Alarms are never live, because their order counts. A body that is not full goes out when its time has come and nothing waits in memory. Thread-safe; one task writes, one takes.
/// </summary>
internal sealed class BodyAssembler : IDisposable
{
    /// <summary>Encoded before the lock is given up for a moment: the sender does not wait for a whole batch.</summary>
    private const int ItemsALock = 64;

    private readonly Lock _sync = new();
    private readonly InfluxOptions _options;
    private readonly TimeProvider _time;
    private readonly AsyncSignal _work;
    private readonly Outbox? _outbox;
    private readonly ScoreEncoder _encoder;
    private readonly MeasureEncoder _measures = new();
    private readonly BodyQueue _queue;
    private readonly ITimer _timer;
    private PointBody _current;
    private long _onDisk;
    private bool _due;

    /// <param name="options">Sizes and delays.</param>
    /// <param name="outbox">Rows that wait from before, and where bodies have their places; null without one.</param>
    /// <param name="work">Set whenever a body was queued.</param>
    /// <param name="time">The clock of the delay.</param>
    public BodyAssembler(InfluxOptions options, Outbox? outbox, AsyncSignal work, TimeProvider time)
    {
        _options = options;
        _outbox = outbox;
        _onDisk = outbox?.Rows ?? 0;
        _work = work;
        _time = time;
        _encoder = new ScoreEncoder(options.Fields);
        _queue = new BodyQueue(options.QueueBytes);
        _current = _queue.Rent();
        _timer = time.CreateTimer(_ => SealWhenDue(elapsed: true), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Points in memory.</summary>
    public long Points => _queue.Points + Volatile.Read(ref _current).Points;

    /// <summary>Rows in the outbox or on their way there.</summary>
    public long OnDisk => Volatile.Read(ref _onDisk);

    /// <summary>Items of a batch that become points: transitions, diagnoses, measures, windows, and what shadows and baselines made of them.</summary>
    public static int ItemsOf(ScoreBatch batch) => batch.Transitions.Count + batch.Evidence.Count + batch.Measures.Length + batch.Count + batch.Shadows.Length + batch.Baselines.Length;

    /// <summary>Encodes a batch from its item <paramref name="from"/> on, transitions first; the result is the next item, the count of items when all are done.</summary>
    public int Encode(ScoreBatch batch, int from, out int points)
    {
        int items = ItemsOf(batch), next = from;
        points = 0;
        bool hasRoom = true;
        while (hasRoom && next < items)
        {
            int end = Math.Min(next + ItemsALock, items);
            lock (_sync)
            {
                while (next < end && (hasRoom = _current.Points < _options.BatchPoints || TrySeal()))
                {
                    if (EncodeItem(batch, next++))
                    {
                        points++;
                        Count(batch.ReceivedTimestamp);
                    }
                }
            }
        }

        lock (_sync)
        {
            if (hasRoom && _current.Points >= _options.BatchPoints)
            {
                TrySeal();
            }
        }

        return next;
    }

    /// <summary>Takes the full body for the outbox, unless memory has room again.</summary>
    public PointBody? TakeForDisk()
    {
        lock (_sync)
        {
            if (TrySeal())
            {
                return null;
            }

            _onDisk++;
            return Detach();
        }
    }

    /// <summary>Takes the body being filled for the outbox when it holds alarms and older points wait there: alarms keep their order and hold up no live ones.</summary>
    public PointBody? TakeAlarms()
    {
        lock (_sync)
        {
            if (_onDisk == 0 || !_current.HasAlarms)
            {
                return null;
            }

            _onDisk++;
            return Detach();
        }
    }

    /// <summary>Puts a body back that could not be put in the outbox; nothing was encoded meanwhile.</summary>
    public void PutBack(PointBody body)
    {
        lock (_sync)
        {
            _queue.Return(_current);
            _current = body;
            _onDisk--;
        }
    }

    /// <summary>Ends the body being filled: it is queued, or, while memory is passed by or full, given back for the outbox.</summary>
    public PointBody? Close()
    {
        lock (_sync)
        {
            if (_current.Points == 0)
            {
                return null;
            }

            if (_outbox is not null && (_onDisk > 0 || !_queue.HasRoomFor(_current)))
            {
                _onDisk++;
                return Detach();
            }

            Enqueue();
            return null;
        }
    }

    /// <summary>Place of the newest body in memory; 0 when there is none.</summary>
    public long NewestInMemory()
    {
        lock (_sync)
        {
            return _queue.Waiting() is [.., var newest] ? newest.Sequence : 0;
        }
    }

    /// <summary>True while memory holds a body at or before a place that the outbox has no copy of.</summary>
    public bool HasUncopied(long through)
    {
        lock (_sync)
        {
            return _queue.TryPeek(out PointBody? oldest) && oldest!.Sequence <= through && _queue.Waiting().Any(body => body.Sequence <= through && body.Copy is null);
        }
    }

    /// <summary>The bodies in memory at or before a place that the outbox has no copy of; from now on <paramref name="copied"/> says when it has.</summary>
    public IReadOnlyList<PointBody> TakeUncopied(long through, Task copied)
    {
        lock (_sync)
        {
            PointBody[] bodies = [.. _queue.Waiting().Where(body => body.Sequence <= through && body.Copy is null)];
            foreach (PointBody body in bodies)
            {
                body.Copy = copied;
            }

            return bodies;
        }
    }

    /// <summary>The oldest body in memory; it stays until <see cref="Delivered"/>.</summary>
    public bool TryPeek(out PointBody? body)
    {
        lock (_sync)
        {
            return _queue.TryPeek(out body);
        }
    }

    /// <summary>All bodies in memory, oldest first, once nothing is written or taken any more.</summary>
    public IReadOnlyList<PointBody> Waiting()
    {
        lock (_sync)
        {
            return _queue.Waiting();
        }
    }

    /// <summary>
    /// Removes the oldest body in memory, unless the outbox has or gets a copy of it: the result says when, and the copy is to be removed first.
    /// </summary>
    public Task? Delivered(bool copyRemoved = false)
    {
        lock (_sync)
        {
            if (!copyRemoved && _queue.TryPeek(out PointBody? oldest) && oldest!.Copy is { } copy)
            {
                return copy;
            }

            _queue.Return(_queue.Dequeue());
            return null;
        }
    }

    /// <summary>Counts a row that left the outbox; true when it was the last.</summary>
    public bool RemovedFromDisk()
    {
        lock (_sync)
        {
            return --_onDisk == 0;
        }
    }

    /// <summary>Gives the memory of a body back.</summary>
    public void Return(PointBody body)
    {
        lock (_sync)
        {
            _queue.Return(body);
        }
    }

    /// <summary>Queues the body being filled when its time has come and nothing waits in memory.</summary>
    public void SealWhenDue(bool elapsed = false)
    {
        lock (_sync)
        {
            _due |= elapsed;
            if (_due && _current.Points > 0 && _queue.IsEmpty)
            {
                TrySeal();
            }
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_sync)
        {
            _queue.Dispose();
            _current.Dispose();
        }
    }

    /// <summary>False when the item has nothing to write.</summary>
    private bool EncodeItem(ScoreBatch batch, int item)
    {
        _current.HasAlarms |= item < batch.Transitions.Count + batch.Evidence.Count;
        if (item < batch.Transitions.Count)
        {
            AlarmEncoder.Encode(_current.Buffer, batch.Transitions[item]);
            return true;
        }

        item -= batch.Transitions.Count;
        if (item < batch.Evidence.Count)
        {
            AlarmEncoder.Encode(_current.Buffer, batch.Evidence[item]);
            return true;
        }

        item -= batch.Evidence.Count;
        if (item < batch.Measures.Length)
        {
            return _options.Fields == LineFields.All && _measures.Encode(_current.Buffer, in batch.Measures[item]);
        }

        item -= batch.Measures.Length;
        if (item < batch.Count)
        {
            return _encoder.Encode(_current.Buffer, batch, in batch.Windows[item]);
        }

        item -= batch.Count;
        return item < batch.Shadows.Length
            ? _encoder.EncodeShadow(_current.Buffer, batch, in batch.Shadows[item])
            : _encoder.Encode(_current.Buffer, batch, in batch.Baselines[item - batch.Shadows.Length]);
    }

    private void Count(long receivedTimestamp)
    {
        if (_current.Points++ == 0)
        {
            _current.ReceivedTimestamp = receivedTimestamp;
            _due = false;
            _timer.Change(_options.BatchDelay, Timeout.InfiniteTimeSpan);
        }
    }

    private bool TrySeal()
    {
        bool live = _onDisk > 0;
        if (live ? !_queue.IsEmpty || _current.HasAlarms : !_queue.HasRoomFor(_current))
        {
            return false;
        }

        _current.IsLive = live;
        Enqueue();
        return true;
    }

    private void Enqueue()
    {
        PointBody body = Detach();
        body.Sequence = _outbox?.NextSequence() ?? 0;
        _queue.Enqueue(body);
        _work.Set();
    }

    private PointBody Detach()
    {
        PointBody body = _current;
        _current = _queue.Rent();
        _due = false;
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return body;
    }
}
