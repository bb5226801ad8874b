using System.Text;
using Thrum.Detector.Windows;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Payloads;
using Thrum.Ingest.Sparkplug;
using Thrum.Ingest.Topics;

namespace Thrum.Ingest.Survey;

/// <summary>What was seen of one topic.</summary>
public sealed record TopicSight
{
    private BlockNumbers _numbers;

    /// <summary>The topic.</summary>
    public required string Topic { get; init; }

    /// <summary>Messages.</summary>
    public long Messages { get; internal set; }

    /// <summary>Bytes of their payloads.</summary>
    public long Bytes { get; internal set; }

    /// <summary>Messages a second between the first and the last; 0 with fewer than two.</summary>
    public double MessagesPerS { get; internal set; }

    /// <summary>Longest time between two messages, s.</summary>
    public double LongestSilenceS { get; internal set; }

    /// <summary>True for a topic of Sparkplug B: its payloads are not guessed, because their births explain them.</summary>
    public bool IsSparkplug { get; internal init; }

    /// <summary>What the first payload looks like.</summary>
    public PayloadGuess Guess { get; internal set; }

    /// <summary>Sampling rate that the user property or the payload says, Hz; null where neither does.</summary>
    public double? RateHz { get; internal set; }

    /// <summary>True where a payload or user property stamps the messages.</summary>
    public bool IsStamped { get; internal set; }

    /// <summary>Blocks that are missing by their sequence numbers; null where there are none.</summary>
    public long? Missing { get; internal set; }

    /// <summary>Times that a stamp lay at least half a block behind the end of the block before; null where messages are not stamped or say no rate.</summary>
    public long? Gaps { get; internal set; }

    /// <summary>Messages that do not decode as the first one did.</summary>
    public long Different { get; internal set; }

    /// <summary>Messages that were too long to be looked at; <see cref="Messages"/> and <see cref="Bytes"/> are without them.</summary>
    public long Oversized { get; internal set; }

    internal long FirstTimestamp { get; set; }

    internal long LastTimestamp { get; set; }

    internal double? NextStampUnixNs { get; set; }

    /// <summary>Counts a block by its number, as the detector does.</summary>
    internal void Number(uint sequence)
    {
        NumberStep step = _numbers.StepTo(sequence);
        Missing = (Missing ?? 0) + (step == NumberStep.Ahead ? unchecked(sequence - _numbers.Due) : 0);
        if (step != NumberStep.Repeated)
        {
            _numbers.Take(sequence);
        }
    }
}

/// <summary>
/// Looks at what comes in without using it: topics, rates, formats, gaps. Bounded in topics. The sights may be read from another thread;
/// they are then as of some moment shortly before.
/// </summary>
public sealed class TopicSurvey(TimeProvider time) : IMessageHandler
{
    private const int MaxTopics = 65_536;

    private readonly TopicTable<TopicSight> _table = new(MaxTopics);
    private readonly Lock _gate = new();
    private readonly List<TopicSight> _sights = [];
    private readonly AxisSlice[] _axes = new AxisSlice[16];
    private readonly PayloadInflater _inflater = new(PayloadGuess.MaxUnpackedBytes);
    private float[] _samples = [];

    /// <summary>The topics so far, in the order of their first message.</summary>
    public IReadOnlyList<TopicSight> Sights
    {
        get
        {
            lock (_gate)
            {
                return [.. _sights];
            }
        }
    }

    /// <inheritdoc/>
    public PublishVerdict OnPublish(in PublishView message)
    {
        long now = time.GetTimestamp();
        if (SightOf(message.Topic) is not { } sight)
        {
            return PublishVerdict.Taken;
        }

        if (sight.Messages++ == 0)
        {
            (sight.FirstTimestamp, sight.LastTimestamp) = (now, now);
            sight.Guess = sight.IsSparkplug ? default : PayloadGuess.Of(message.Payload);
        }

        sight.Bytes += message.Payload.Length;
        sight.LongestSilenceS = Math.Max(sight.LongestSilenceS, time.GetElapsedTime(sight.LastTimestamp, now).TotalSeconds);
        sight.LastTimestamp = now;
        double seconds = time.GetElapsedTime(sight.FirstTimestamp, now).TotalSeconds;
        sight.MessagesPerS = seconds > 0 ? (sight.Messages - 1) / seconds : 0;
        Look(message, sight);
        return PublishVerdict.Taken;
    }

    /// <inheritdoc/>
    public void OnOversized(in PublishView beginning, long bytes)
    {
        if (SightOf(beginning.Topic) is { } sight)
        {
            sight.Oversized++;
        }
    }

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken ct) => ValueTask.CompletedTask;

    /// <summary>The sight of a topic; null for a new one when there are too many.</summary>
    private TopicSight? SightOf(ReadOnlySpan<byte> topic)
    {
        if (_table.TryGet(topic, out TopicSight? sight))
        {
            return sight;
        }

        sight = new TopicSight { Topic = Encoding.UTF8.GetString(topic), IsSparkplug = SparkplugTopic.TryParse(topic, out _) };
        if (!_table.TrySet(topic, sight))
        {
            return null;
        }

        lock (_gate)
        {
            _sights.Add(sight);
        }

        return sight;
    }

    private void Look(in PublishView message, TopicSight sight)
    {
        if (sight.Guess is not { Format: { } format, Compression: var compression })
        {
            return;
        }

        ReadOnlySpan<byte> payload = message.Payload;
        if (compression != PayloadCompression.None && _inflater.Inflate(compression, message.Payload, out payload) != DecodeFault.None)
        {
            sight.Different++;
            return;
        }

        int room = PayloadDecoder.MaxSamples(format, payload.Length);
        if (_samples.Length < room)
        {
            _samples = new float[room];
        }

        if (PayloadDecoder.Decode(format, PayloadScaling.Identity, payload, _samples, _axes, out DecodedPayload decoded) != DecodeFault.None)
        {
            sight.Different++;
            return;
        }

        long? stamp = decoded.TimeUnixNs ?? (message.TryGetUserProperty("time"u8, out ReadOnlySpan<byte> time) && PayloadStamp.TryParseTime(time, out long parsed) ? parsed : null);
        sight.IsStamped |= stamp is not null;
        sight.RateHz = decoded.RateHz ?? (message.TryGetUserProperty("rate"u8, out ReadOnlySpan<byte> text) && PayloadStamp.TryParseRate(text, out double rate) ? rate : sight.RateHz);
        if (decoded.Sequence is { } sequence)
        {
            sight.Number(sequence);
        }

        if (stamp is { } from && sight.RateHz is > 0 and { } hertz)
        {
            double blockNs = decoded.SampleCount / Math.Max(1, decoded.AxisCount) / hertz * 1e9;
            sight.Gaps = (sight.Gaps ?? 0) + (from - sight.NextStampUnixNs >= blockNs / 2 ? 1 : 0);
            sight.NextStampUnixNs = from + blockNs;
        }
    }
}
