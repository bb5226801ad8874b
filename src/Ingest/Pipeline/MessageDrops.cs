using System.Text;
using Microsoft.Extensions.Logging;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Payloads;

namespace Thrum.Ingest.Pipeline;

/// <summary>What is done with a message that cannot be used: it is counted by its reason, logged once an episode, and offered to the dead letters. Thread-safe.</summary>
internal sealed class MessageDrops(StageCounters counters, TimeProvider time, ILogger logger)
{
    private static readonly string[] StampProperties = ["time", "rate", "unit"];

    private readonly Episodes<DropReason> _episodes = new(time);

    /// <summary>Where messages are kept; null for nowhere.</summary>
    public IDeadLetterStore? DeadLetters { get; set; }

    /// <param name="reason">Why.</param>
    /// <param name="message">The message.</param>
    /// <param name="detail">What was found, and what was expected.</param>
    /// <param name="arrivalUnixNs">When it came.</param>
    public PublishVerdict Drop(DropReason reason, in PublishView message, string detail, long arrivalUnixNs)
    {
        Count(reason);
        if (_episodes.Begins(reason, StableHash.Of(message.Topic)))
        {
            Log.MessageDropped(logger, reason.ToWireName(), Quote(message.Topic), detail);
        }

        // A topic that nobody asked for says nothing about a device that somebody did.
        if (reason != DropReason.UnknownTopic)
        {
            Keep(reason, message, message.Payload.Length, detail, arrivalUnixNs);
        }

        return PublishVerdict.Taken;
    }

    /// <summary>Drops a message of which only the beginning was kept; the session has logged it.</summary>
    public void DropOversized(in PublishView beginning, long bytes, long arrivalUnixNs)
    {
        Count(DropReason.TooLarge);
        Keep(DropReason.TooLarge, beginning, bytes, "longer than Mqtt:MaxMessageBytes", arrivalUnixNs);
    }

    /// <summary>Drops a message that brings one stream too many. The fault is the number of them, not one topic's: one episode for all, and no letter.</summary>
    public PublishVerdict DropNewStream(ReadOnlySpan<byte> topic, string limit)
    {
        Count(DropReason.TooManyStreams);
        if (_episodes.Begins(DropReason.TooManyStreams))
        {
            Log.MessageDropped(logger, DropReason.TooManyStreams.ToWireName(), Quote(topic), limit);
        }

        return PublishVerdict.Taken;
    }

    public static DropReason ReasonOf(DecodeFault fault) => fault switch
    {
        DecodeFault.Empty => DropReason.Empty,
        DecodeFault.BadLength => DropReason.BadLength,
        DecodeFault.BadNumber => DropReason.BadNumber,
        DecodeFault.BadTime or DecodeFault.AmbiguousTime => DropReason.BadTime,
        DecodeFault.BadRate => DropReason.BadRate,
        DecodeFault.BadAxis or DecodeFault.TooManyAxes => DropReason.BadAxis,
        DecodeFault.TooManySamples => DropReason.TooLarge,
        DecodeFault.BadPayload => DropReason.BadPayload,
        DecodeFault.BadCompression => DropReason.BadCompression,
        _ => DropReason.BadJson,
    };

    /// <summary>What a fault means, for people.</summary>
    public static string WordsOf(DecodeFault fault) => fault switch
    {
        DecodeFault.AmbiguousTime => "a flat object has a member that may be its time, expected time or time_ms",
        DecodeFault.AmbiguousArray => "a flat object has an array, expected numbers, or arrays within axes",
        _ => fault.ToString(),
    };

    /// <summary>Foreign text, cut and with control characters replaced.</summary>
    public static string Quote(ReadOnlySpan<byte> text)
    {
        string all = Encoding.UTF8.GetString(text[..Math.Min(text.Length, 120)]);
        return string.Concat(all.Select(c => char.IsControl(c) ? '?' : c));
    }

    private void Count(DropReason reason)
    {
        counters.AddReceived(1);
        counters.AddDropped(reason);
    }

    private void Keep(DropReason reason, in PublishView message, long bytes, string detail, long arrivalUnixNs)
    {
        if (DeadLetters is { HasRoom: true } letters)
        {
            letters.TryAdd(LetterOf(reason, message, bytes, detail, arrivalUnixNs));
        }
    }

    private static DeadLetter LetterOf(DropReason reason, in PublishView message, long bytes, string detail, long arrivalUnixNs)
    {
        string properties = "";
        foreach (string name in StampProperties)
        {
            if (message.TryGetUserProperty(Encoding.UTF8.GetBytes(name), out ReadOnlySpan<byte> value))
            {
                properties += $"{name}={Encoding.UTF8.GetString(value)}\n";
            }
        }

        byte[] payload = message.Payload[..Math.Min(message.Payload.Length, DeadLetter.MaxPayloadBytes)].ToArray();
        return new DeadLetter(
            DeadLetter.Message, Encoding.UTF8.GetString(message.Topic), reason, detail, arrivalUnixNs, properties, bytes, payload);
    }
}
