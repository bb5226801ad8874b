using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Thrum.Detector.Commands;
using Thrum.Detector.Measures;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Payloads;
using Thrum.Ingest.Topics;
using Thrum.Spectral.Units;

namespace Thrum.Ingest.Pipeline;

/// <summary>
/// The first stage: decodes messages straight from the socket's buffer into sample batches and passes those to the shards. An
/// unusable message is counted by its reason, logged once per episode, and stops nothing. Nothing is allocated per message.
/// </summary>
public sealed class SampleIngest : IMessageHandler, IDisposable
{
    private const int MaxAxes = 16;
    private const int MaxTopics = 65_536;
    private const int MaxUnknownTopics = 1024;

    private readonly IReadOnlyList<TopicRule> _rules;
    private readonly StreamRegistry _streams;
    private readonly SampleBatchPool _pool;
    private readonly IReadOnlyList<ChannelWriter<SampleBatch>> _shards;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly MessageDrops _drops;
    private readonly TopicTable<TopicRoute> _routes;

    // Apart from the others, so that topics nobody asked for take no place from those of sensors.
    private readonly TopicTable<DropReason> _unroutable = new(MaxUnknownTopics);
    private readonly PayloadInflater _inflater;
    private readonly SampleBatch?[] _filling;
    private readonly int[] _fillingMessages;
    private readonly long _maxStampAheadNs;
    private readonly AxisSlice[] _slices = new AxisSlice[MaxAxes];
    private readonly RoutedAxis[] _axes = new RoutedAxis[MaxAxes];
    private readonly RoomWaiter _room = new();
    private long _arrivalUnixNs;
    private long _arrivalTimestamp;
    private long _samples;

    /// <summary>Creates the stage.</summary>
    /// <param name="options">Checked options; their topics are asked in order.</param>
    /// <param name="streams">Where axes are made known.</param>
    /// <param name="pool">Where batches come from.</param>
    /// <param name="shards">One writer per shard; this stage completes none of them.</param>
    /// <param name="time">Clock for arrival times.</param>
    /// <param name="logger">Logger.</param>
    public SampleIngest(
        MqttOptions options,
        StreamRegistry streams,
        SampleBatchPool pool,
        IReadOnlyList<ChannelWriter<SampleBatch>> shards,
        TimeProvider time,
        ILogger<SampleIngest> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(shards);
        _rules = [.. options.Topics.Select(TopicRule.Of)];
        _maxStampAheadNs = UnixTime.ToNs(options.MaxStampAhead);
        _inflater = new PayloadInflater(options.MaxMessageBytes);
        _streams = streams;
        _routes = new TopicTable<TopicRoute>(Math.Max(MaxTopics, streams.MaxStreams));
        _pool = pool;
        _shards = shards;
        _time = time;
        _logger = logger;
        _drops = new MessageDrops(Counters, time, logger);
        _filling = new SampleBatch?[shards.Count];
        _fillingMessages = new int[shards.Count];
    }

    /// <summary>Counters of the stage, in messages.</summary>
    public StageCounters Counters { get; } = new("decode", "message");

    /// <summary>Where messages that cannot be decoded are kept; null for nowhere.</summary>
    public IDeadLetterStore? DeadLetters
    {
        get => _drops.DeadLetters;
        init => _drops.DeadLetters = value;
    }

    /// <summary>The units declared for axes; null for none.</summary>
    public DeclaredUnits? Units { get; init; }

    /// <summary>Samples decoded so far.</summary>
    public long Samples => Volatile.Read(ref _samples);

    /// <inheritdoc/>
    public PublishVerdict OnPublish(in PublishView message)
    {
        NoteArrival(message);
        if (!_routes.TryGet(message.Topic, out TopicRoute? route))
        {
            route = NewRoute(message.Topic, out DropReason reason);
            if (route is null)
            {
                return reason == DropReason.TooManyStreams
                    ? DropNewStream(message.Topic)
                    : Drop(reason, message, "no template of Mqtt:Topics matches");
            }
        }

        ReadOnlySpan<byte> payload = message.Payload;
        DecodeFault fault = route.Compression == PayloadCompression.None ? DecodeFault.None : _inflater.Inflate(route.Compression, message.Payload, out payload);
        if (fault != DecodeFault.None)
        {
            return Drop(MessageDrops.ReasonOf(fault), message, $"{message.Payload.Length} bytes cannot be unpacked as {route.Compression}: {fault}");
        }

        SampleBatch? batch = BatchFor(route.Shard, PayloadDecoder.MaxSamples(route.Format, payload.Length));
        if (batch is null)
        {
            return PublishVerdict.NoRoom;
        }

        fault = PayloadDecoder.Decode(route.Format, route.Scaling, payload, batch.FreeSpan(), _slices, out DecodedPayload decoded);
        return fault == DecodeFault.None
            ? Append(message, payload, route, batch, decoded)
            : Drop(MessageDrops.ReasonOf(fault), message, $"{payload.Length} bytes are not {route.Format}: {MessageDrops.WordsOf(fault)}");
    }

    /// <inheritdoc/>
    public void OnOversized(in PublishView beginning, long bytes) => _drops.DropOversized(beginning, bytes, UtcNowNs());

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask FlushAsync(CancellationToken ct)
    {
        for (int shard = 0; shard < _filling.Length; shard++)
        {
            if (_filling[shard] is { IsEmpty: false } batch)
            {
                while (!_shards[shard].TryWrite(batch))
                {
                    if (!await _room.WaitAsync(_shards[shard], ct).ConfigureAwait(false))
                    {
                        throw new ChannelClosedException();
                    }
                }

                _filling[shard] = null;
                Counters.AddSent(_fillingMessages[shard]);
                _fillingMessages[shard] = 0;
            }
        }

        _arrivalTimestamp = 0;
    }

    /// <summary>Hands over everything decoded, and behind it, to every shard, a barrier: what was handed over holds every journal record up to a sequence.</summary>
    internal async ValueTask BarrierAsync(long sequence, CancellationToken ct)
    {
        await FlushAsync(ct).ConfigureAwait(false);
        foreach (ChannelWriter<SampleBatch> shard in _shards)
        {
            SampleBatch barrier = _pool.Rent();
            barrier.Barrier = sequence;
            await shard.WriteAsync(barrier, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Hands over everything decoded, and behind it a command to the shard of its machine.</summary>
    internal async ValueTask CommandAsync(SequencedCommand command, CancellationToken ct)
    {
        await FlushAsync(ct).ConfigureAwait(false);
        foreach (int shard in command.Destinations(_shards.Count, _streams.ShardOf))
        {
            SampleBatch batch = _pool.Rent();
            batch.ReceivedTimestamp = _time.GetTimestamp();
            batch.JournalSequence = command.Sequence;
            batch.Command = command;
            await _shards[shard].WriteAsync(batch, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Counts a message that a journal has already.</summary>
    internal void CountDuplicate()
    {
        Counters.AddReceived(1);
        Counters.AddDropped(DropReason.Duplicate);
    }

    /// <summary>Counts a message that carries no samples, and was taken note of.</summary>
    internal void CountNoted()
    {
        Counters.AddReceived(1);
        Counters.AddSent(1);
    }

    /// <summary>Counts, logs and keeps a message that a handler before this one could not understand. From the thread that reads.</summary>
    internal void Refuse(DropReason reason, in PublishView message, string detail) =>
        _drops.Drop(reason, message, detail, UtcNowNs());

    /// <summary>Returns batches that were not passed on and counts their messages as dropped. Call it when the session has ended.</summary>
    public void Dispose()
    {
        for (int shard = 0; shard < _filling.Length; shard++)
        {
            _filling[shard]?.Dispose();
            _filling[shard] = null;
            Counters.AddDropped(DropReason.Shutdown, _fillingMessages[shard]);
            _fillingMessages[shard] = 0;
        }
    }

    private PublishVerdict Append(in PublishView message, ReadOnlySpan<byte> payload, TopicRoute route, SampleBatch batch, in DecodedPayload decoded)
    {
        long? stamp = decoded.TimeUnixNs;
        if (stamp is null && message.TryGetUserProperty("time"u8, out ReadOnlySpan<byte> time))
        {
            if (!PayloadStamp.TryParseTime(time, out long parsed))
            {
                return Drop(DropReason.BadTime, message, $"user property time is '{MessageDrops.Quote(time)}', expected ns since 1970 or RFC 3339");
            }

            stamp = parsed;
        }

        if (stamp > _arrivalUnixNs + _maxStampAheadNs)
        {
            return Drop(DropReason.BadTime, message, $"the time stamp lies {(stamp - _arrivalUnixNs) / 1_000_000_000} s ahead, more than Mqtt:MaxStampAhead");
        }

        double rate = decoded.RateHz ?? route.SampleRateHz;
        if (decoded.RateHz is null && message.TryGetUserProperty("rate"u8, out ReadOnlySpan<byte> text) && !PayloadStamp.TryParseRate(text, out rate))
        {
            return Drop(DropReason.BadRate, message, $"user property rate is '{MessageDrops.Quote(text)}', expected a number of Hz above 0");
        }

        if (rate <= 0)
        {
            return Drop(DropReason.NoRate, message, "neither the message nor SampleRateHz of its topic says a rate");
        }

        for (int i = 0; i < decoded.AxisCount; i++)
        {
            ReadOnlySpan<byte> name = _slices[i].Name(payload);
            if (name.Length > AxisId.MaxNameBytes)
            {
                return Drop(DropReason.BadAxis, message, $"an axis has a name of {name.Length} bytes, expected at most {AxisId.MaxNameBytes}");
            }

            if (!route.TryAxis(name, out RoutedAxis? axis))
            {
                return DropNewStream(message.Topic);
            }

            _axes[i] = axis;
        }

        if (!TryConvert(message, route, batch.FreeSpan(), decoded.AxisCount, out string? fault))
        {
            return Drop(DropReason.BadUnit, message, fault);
        }

        if (batch.IsEmpty)
        {
            // It may be left from a flush before, by a payload that gave no samples.
            batch.ReceivedTimestamp = _arrivalTimestamp;
        }

        batch.ArrivalUnixNs = _arrivalUnixNs;
        batch.JournalSequence = message.JournalSequence;
        for (int i = 0; i < decoded.AxisCount; i++)
        {
            batch.Append(_axes[i].Stream, stamp is null ? TimeSource.Counted : TimeSource.Stamped, stamp ?? _arrivalUnixNs, rate, _slices[i].Count, decoded.Sequence, decoded.IsHistorical);
        }

        Interlocked.Add(ref _samples, decoded.SampleCount);
        Counters.AddReceived(1);
        _fillingMessages[route.Shard]++;
        return PublishVerdict.Taken;
    }

    /// <summary>Brings samples from the unit that their message says to the one that is declared for their axis.</summary>
    private bool TryConvert(in PublishView message, TopicRoute route, Span<float> samples, int axes, [NotNullWhen(false)] out string? fault)
    {
        fault = null;
        VibrationUnit? said = route.Unit;
        if (message.TryGetUserProperty("unit"u8, out ReadOnlySpan<byte> text) && (said = PayloadUnit.Parse(text)) is null)
        {
            fault = $"user property unit is '{MessageDrops.Quote(text)}', expected {VibrationUnits.Symbols}";
            return false;
        }

        for (int i = 0; i < axes && said is not null; i++)
        {
            RoutedAxis axis = _axes[i];
            if (axis.Unit is null && !axis.IsUndeclaredTold)
            {
                axis.IsUndeclaredTold = true;
                Log.UnitUndeclared(_logger, axis.Stream.Id.ToString(), VibrationUnits.Symbol(said)!);
            }

            if (axis.Unit is not { } declared || declared == said)
            {
                continue;
            }

            if (PayloadUnit.Factor(said.Value, declared) is not { } factor)
            {
                fault = $"the samples are in {VibrationUnits.Symbol(said)}, and Machines declares {VibrationUnits.Symbol(declared)} for {axis.Stream.Id}";
                return false;
            }

            Span<float> own = samples.Slice(_slices[i].Start, _slices[i].Count);
            foreach (ref float sample in own)
            {
                sample *= factor;
            }
        }

        return true;
    }

    /// <summary>The route of a topic that has none yet; null with the reason where there is none to be had.</summary>
    private TopicRoute? NewRoute(ReadOnlySpan<byte> topic, out DropReason reason)
    {
        if (_unroutable.TryGet(topic, out reason))
        {
            return null;
        }

        TopicRoute? route = TopicRoute.Find(topic, _rules, _streams, Units);
        if (route is not null && _routes.TrySet(topic, route))
        {
            return route;
        }

        reason = route is null ? DropReason.UnknownTopic : DropReason.TooManyStreams;
        if (_unroutable.IsFull)
        {
            _unroutable.Clear();
        }

        _unroutable.TrySet(topic, reason);
        return null;
    }

    /// <summary>The batch being filled for a shard, with that much room; null when it must be passed on first.</summary>
    private SampleBatch? BatchFor(int shard, int samples)
    {
        SampleBatch? batch = _filling[shard];
        if (batch is not null && batch.FreeSamples >= samples && batch.FreeBlocks >= MaxAxes)
        {
            return batch;
        }

        if (batch is { IsEmpty: false })
        {
            return null;
        }

        batch?.Dispose();
        batch = _pool.Rent(samples);
        _filling[shard] = batch;
        return batch;
    }

    private void NoteArrival(in PublishView message)
    {
        if (message.ArrivalUnixNs != 0)
        {
            (_arrivalUnixNs, _arrivalTimestamp) = (message.ArrivalUnixNs, message.ArrivalTimestamp);
        }
        else if (_arrivalTimestamp == 0)
        {
            _arrivalTimestamp = _time.GetTimestamp();
            _arrivalUnixNs = UtcNowNs();
        }
    }

    private long UtcNowNs() => UnixTime.ToNs(_time.GetUtcNow());

    private PublishVerdict Drop(DropReason reason, in PublishView message, string detail) => _drops.Drop(reason, message, detail, _arrivalUnixNs);

    private PublishVerdict DropNewStream(ReadOnlySpan<byte> topic) => _drops.DropNewStream(
        topic,
        $"it brings a new axis, and the limit is {_streams.MaxStreams} (Detector:MaxStreams) in all, {TopicRoute.MaxNamedAxes} named by the payloads of a topic and {Math.Max(MaxTopics, _streams.MaxStreams)} topics");
}
