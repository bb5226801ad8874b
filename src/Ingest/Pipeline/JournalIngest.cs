using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Thrum.Detector.Commands;
using Thrum.Detector.Durability;
using Thrum.Detector.Samples;
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
    private readonly JournalDecoder _decoder;
    private readonly IJournal _journal;
    private readonly Func<ulong, ValueTask> _acknowledge;
    private readonly TimeSpan _interval;
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
        _decoder = new JournalDecoder(decode, pacing, time, logger);
        _journal = journal;
        _acknowledge = acknowledge;
        _interval = pacing.Interval;
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
    public void OnOversized(in PublishView beginning, long bytes)
    {
        _decode.OnOversized(beginning, bytes);
        lock (_gate)
        {
            _filling.AcknowledgeThrough = ++_lastMessage;
        }
    }

    /// <inheritdoc/>
    public void OnHandled(ulong sequence)
    {
        lock (_gate)
        {
            _filling.AcknowledgeThrough = _lastMessage = sequence;
        }
    }

    /// <summary>
    /// Makes a command the next record, and waits until the shard of its machine applied it: at the place in the stream that it has in the journal. From any
    /// thread.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled; the command may still take effect.</exception>
    public Task<CommandResult> SubmitAsync(OperatorCommand command, CancellationToken ct)
    {
        byte[] body = command.Encode();
        var result = new TaskCompletionSource<CommandResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isCompleting)
            {
                return Task.FromResult(new CommandResult(CommandOutcome.Unavailable, "the gateway stops"));
            }

            _filling.Commands.Add(_filling.Batch.Count, result);
            body.CopyTo(_filling.Batch.Append(JournalRecordKind.Command, body.Length));
        }

        _work.Set();
        return result.Task.WaitAsync(ct);
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
        _decoder.Begin(through);
        while (!stopping.IsCancellationRequested && await _journal.ReadAsync(after, portion.Batch, ct).ConfigureAwait(false))
        {
            CrashPoints.Pass(CrashPoint.DuringRecovery);
            after = portion.Batch.LastSequence;
            NoteIdentifiers(portion.Batch);
            if (after > through)
            {
                records += portion.Batch.Count;
                await _decoder.DecodeAsync(portion, ct).ConfigureAwait(false);
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
        using ITimer timer = _time.CreateTimer(_ => _committed.Writer.TryWrite(null), null, _interval, _interval);
        Task commit = EndOnFaultAsync(CommitAllAsync(stop.Token), stop);
        Task decode = EndOnFaultAsync(DecodeAllAsync(stop.Token), stop);
        await Task.WhenAll(commit, decode).ConfigureAwait(false);
    }

    /// <summary>Says that nothing more will come.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _isCompleting = true;
        }

        _work.Set();
    }

    private void NoteArrival()
    {
        if (_arrivalTimestamp == 0)
        {
            _arrivalTimestamp = _time.GetTimestamp();
            _arrivalUnixNs = UnixTime.ToNs(_time.GetUtcNow());
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
            if (record.Kind == JournalRecordKind.Message)
            {
                _identifiers.Note(JournalledMessage.Read(record, 0));
            }
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

        if (portion.AcknowledgeThrough > 0)
        {
            CrashPoints.Pass(CrashPoint.BeforeAcknowledge);
            await _acknowledge(portion.AcknowledgeThrough).ConfigureAwait(false);
            CrashPoints.Pass(CrashPoint.AfterAcknowledge);
        }

        await _committed.Writer.WriteAsync(portion, ct).ConfigureAwait(false);
    }

    private async Task DecodeAllAsync(CancellationToken ct)
    {
        await foreach (JournalPortion? portion in _committed.Reader.ReadAllAsync(ct).ConfigureAwait(false))
        {
            if (portion is null)
            {
                // Time has passed without a message.
                await _decoder.BarrierWhenDueAsync(ct).ConfigureAwait(false);
                continue;
            }

            await _decoder.DecodeAsync(portion, ct).ConfigureAwait(false);
            portion.Clear();
            _free.Writer.TryWrite(portion);
        }

        await _decoder.BarrierAsync(ct).ConfigureAwait(false);
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
