using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Thrum.Detector.Durability;
using Thrum.Ingest.Mqtt;

namespace Thrum.Ingest.Pipeline;

/// <summary>
/// The first stage in journal mode: copies what arrives into a batch, commits it, acknowledges it, and only then decodes it. While one batch is
/// being committed the next is filled and the one before is decoded; a batch waits for nothing but the commit before it. A few batches of
/// <see cref="PortionBytes"/> (more for a larger message) are all that is ever in memory: when they are in use the socket is not read.
/// </summary>
public sealed class JournalIngest : IMessageHandler
{
    /// <summary>Records that are committed together take at most this much, unless a single one is larger.</summary>
    public const int PortionBytes = 1 << 20;

    private const int Portions = 6;

    private readonly Lock _gate = new();
    private readonly SampleIngest _decode;
    private readonly IJournal _journal;
    private readonly Func<ulong, ValueTask> _acknowledge;
    private readonly JournalPacing _pacing;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly JournalledIdentifiers _identifiers = new();
    private readonly Channel<JournalPortion> _free = Channel.CreateBounded<JournalPortion>(Portions);
    private readonly Channel<JournalPortion?> _committed = Channel.CreateBounded<JournalPortion?>(Portions);
    private readonly AsyncSignal _work = new();
    private readonly AsyncSignal _taken = new();
    private JournalPortion _filling = new();
    private ulong _lastMessage;
    private long _arrivalUnixNs;
    private long _arrivalTimestamp;
    private bool _isFull;
    private bool _isCompleting;
    private bool _isRecovering = true;
    private long _decodedThrough;

    /// <summary>Creates the stage.</summary>
    /// <param name="decode">Decodes what is committed.</param>
    /// <param name="journal">Where it is committed.</param>
    /// <param name="acknowledge">Acknowledges every message up to a <see cref="PublishView.Sequence"/>.</param>
    /// <param name="pacing">When the shards are asked for their state.</param>
    /// <param name="time">Clock for arrival times and pacing.</param>
    /// <param name="logger">Logger.</param>
    public JournalIngest(
        SampleIngest decode, IJournal journal, Func<ulong, ValueTask> acknowledge, JournalPacing pacing, TimeProvider time, ILogger<JournalIngest> logger)
    {
        _decode = decode;
        _journal = journal;
        _acknowledge = acknowledge;
        _pacing = pacing;
        _time = time;
        _logger = logger;
        for (int i = 1; i < Portions; i++)
        {
            _free.Writer.TryWrite(new JournalPortion());
        }
    }

    /// <summary>True until everything that the journal held at the start is decoded.</summary>
    public bool IsRecovering => Volatile.Read(ref _isRecovering);

    /// <inheritdoc/>
    public PublishVerdict OnPublish(in PublishView message)
    {
        lock (_gate)
        {
            bool isKnown = _identifiers.Knows(message);
            if (!isKnown && _filling.Batch.Count > 0 && _filling.Batch.ByteCount + JournalledMessage.SizeOf(message) > PortionBytes)
            {
                _isFull = true;
                return PublishVerdict.NoRoom;
            }

            NoteArrival();
            _filling.AcknowledgeThrough = _lastMessage = message.Sequence;
            if (isKnown)
            {
                _decode.CountDuplicate();
                return PublishVerdict.Taken;
            }

            JournalledMessage.Append(_filling.Batch, message, _arrivalUnixNs);
            _identifiers.Note(message);
            _isFull = _filling.Batch.ByteCount >= PortionBytes;
            return _isFull ? PublishVerdict.TakenAndFull : PublishVerdict.Taken;
        }
    }

    /// <inheritdoc/>
    public void OnOversized(ReadOnlySpan<byte> topic, long bytes)
    {
        _decode.OnOversized(topic, bytes);
        lock (_gate)
        {
            _filling.AcknowledgeThrough = ++_lastMessage;
        }
    }

    /// <summary>Lets what was taken be committed; waits only while the batch being filled is full.</summary>
    public async ValueTask FlushAsync(CancellationToken ct)
    {
        _arrivalTimestamp = 0;
        _work.Set();
        while (Volatile.Read(ref _isFull))
        {
            await _taken.WaitAsync(ct).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void OnConnected(in MqttConnected connected)
    {
        if (!connected.SessionPresent)
        {
            lock (_gate)
            {
                _identifiers.Clear();
            }
        }
    }

    /// <summary>
    /// Decodes what the journal holds from before. Records up to <paramref name="through"/>, whose effect is in a checkpoint, only tell which messages the
    /// broker may send again. Comes before the session and while the shards run.
    /// </summary>
    /// <param name="through">The common sequence of the checkpoints.</param>
    /// <param name="stopping">Ends it between two batches; the rest stays in the journal.</param>
    /// <param name="ct">Ends it at once; no barrier may follow.</param>
    public async Task RecoverAsync(long through, CancellationToken stopping, CancellationToken ct)
    {
        var portion = new JournalPortion { ReceivedTimestamp = _time.GetTimestamp() };
        long records = 0, after = 0;
        _decodedThrough = through;
        _pacing.Begin(through, _time.GetTimestamp());
        while (!stopping.IsCancellationRequested && await _journal.ReadAsync(after, portion.Batch, ct).ConfigureAwait(false))
        {
            CrashPoints.Pass(CrashPoint.DuringRecovery);
            after = portion.Batch.LastSequence;
            NoteIdentifiers(portion.Batch);
            if (after > through)
            {
                records += portion.Batch.Count;
                await DecodeAsync(portion, ct).ConfigureAwait(false);
            }
        }

        Volatile.Write(ref _isRecovering, false);
        if (records > 0)
        {
            Log.JournalRecovered(_logger, records);
        }
    }

    /// <summary>
    /// Commits, acknowledges and decodes until <see cref="Complete"/> was called and everything is decoded, or the token is cancelled. The shards have then a last
    /// barrier behind everything.
    /// </summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using ITimer timer = _time.CreateTimer(_ => _committed.Writer.TryWrite(null), null, _pacing.Interval, _pacing.Interval);
        Task commit = EndOnFaultAsync(CommitAllAsync(stop.Token), stop);
        Task decode = EndOnFaultAsync(DecodeAllAsync(stop.Token), stop);
        await Task.WhenAll(commit, decode).ConfigureAwait(false);
    }

    /// <summary>Says that nothing more will come.</summary>
    public void Complete()
    {
        Volatile.Write(ref _isCompleting, true);
        _work.Set();
    }

    private void NoteArrival()
    {
        if (_arrivalTimestamp == 0)
        {
            _arrivalTimestamp = _time.GetTimestamp();
            _arrivalUnixNs = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        }

        if (_filling.IsEmpty)
        {
            _filling.ReceivedTimestamp = _arrivalTimestamp;
        }
    }

    private void NoteIdentifiers(JournalBatch batch)
    {
        JournalCursor cursor = default;
        while (batch.TryRead(ref cursor, out JournalRecord record))
        {
            _identifiers.Note(JournalledMessage.Read(record, 0));
        }
    }

    private async Task CommitAllAsync(CancellationToken ct)
    {
        JournalPortion next = await _free.Reader.ReadAsync(ct).ConfigureAwait(false);
        while (true)
        {
            bool isLast = Volatile.Read(ref _isCompleting);
            if (TakeFilled(next) is { } portion)
            {
                await CommitAsync(portion, ct).ConfigureAwait(false);
                next = await _free.Reader.ReadAsync(ct).ConfigureAwait(false);
            }
            else if (isLast)
            {
                _committed.Writer.TryComplete();
                return;
            }
            else
            {
                await _work.WaitAsync(ct).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Exchanges the portion being filled for an empty one; null when it is empty itself.</summary>
    private JournalPortion? TakeFilled(JournalPortion empty)
    {
        JournalPortion taken;
        lock (_gate)
        {
            if (_filling.IsEmpty)
            {
                return null;
            }

            (taken, _filling, _isFull) = (_filling, empty, false);
        }

        _taken.Set();
        return taken;
    }

    private async ValueTask CommitAsync(JournalPortion portion, CancellationToken ct)
    {
        if (portion.Batch.Count > 0)
        {
            await _journal.AppendAsync(portion.Batch, ct).ConfigureAwait(false);
        }

        CrashPoints.Pass(CrashPoint.BeforeAcknowledge);
        await _acknowledge(portion.AcknowledgeThrough).ConfigureAwait(false);
        CrashPoints.Pass(CrashPoint.AfterAcknowledge);
        await _committed.Writer.WriteAsync(portion, ct).ConfigureAwait(false);
    }

    private async Task DecodeAllAsync(CancellationToken ct)
    {
        await foreach (JournalPortion? portion in _committed.Reader.ReadAllAsync(ct).ConfigureAwait(false))
        {
            if (portion is null)
            {
                // Time has passed without a message.
                await BarrierWhenDueAsync(ct).ConfigureAwait(false);
                continue;
            }

            await DecodeAsync(portion, ct).ConfigureAwait(false);
            portion.Clear();
            _free.Writer.TryWrite(portion);
        }

        await _decode.BarrierAsync(_decodedThrough, ct).ConfigureAwait(false);
    }

    private async ValueTask DecodeAsync(JournalPortion portion, CancellationToken ct)
    {
        JournalCursor cursor = default;
        while (!DecodeUntilFull(portion, ref cursor))
        {
            await _decode.FlushAsync(ct).ConfigureAwait(false);
        }

        await _decode.FlushAsync(ct).ConfigureAwait(false);
        if (portion.Batch.Count > 0)
        {
            _decodedThrough = portion.Batch.LastSequence;
            _pacing.Add(portion.Batch.ByteCount);
        }

        await BarrierWhenDueAsync(ct).ConfigureAwait(false);
    }

    /// <summary>False when what was decoded has to be passed on before the record at the cursor.</summary>
    private bool DecodeUntilFull(JournalPortion portion, ref JournalCursor cursor)
    {
        JournalCursor next = cursor;
        while (portion.Batch.TryRead(ref next, out JournalRecord record))
        {
            if (record.Sequence > _decodedThrough && _decode.OnPublish(JournalledMessage.Read(record, portion.ReceivedTimestamp)) == PublishVerdict.NoRoom)
            {
                return false;
            }

            cursor = next;
        }

        return true;
    }

    private async ValueTask BarrierWhenDueAsync(CancellationToken ct)
    {
        if (_pacing.IsDue(_decodedThrough, _time))
        {
            await _decode.BarrierAsync(_decodedThrough, ct).ConfigureAwait(false);
            _pacing.Begin(_decodedThrough, _time.GetTimestamp());
        }
    }

    private static async Task EndOnFaultAsync(Task part, CancellationTokenSource stop)
    {
        try
        {
            await part.ConfigureAwait(false);
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }
}
