using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Alarms;

/// <summary>One change of an alarm's state, decided on event time.</summary>
public sealed record AlarmTransition
{
    /// <summary>Stable identity: the same decision has the same id in every run, see <see cref="ComputeId"/>.</summary>
    public required Guid Id { get; init; }

    /// <summary>The axis the alarm belongs to.</summary>
    public required AxisId Axis { get; init; }

    /// <summary>Id of the rule in the configuration.</summary>
    public required string RuleId { get; init; }

    /// <summary>Severity of the rule.</summary>
    public required AlarmSeverity Severity { get; init; }

    /// <summary>Time of the deciding window's last sample, ns since 1970-01-01 UTC.</summary>
    public required long EventTimeUnixNs { get; init; }

    /// <summary>State before.</summary>
    public required AlarmState From { get; init; }

    /// <summary>State after.</summary>
    public required AlarmState To { get; init; }

    /// <summary>The metric the rule watches, as written in the metric grammar.</summary>
    public required string Metric { get; init; }

    /// <summary>The alarm statistic at the deciding window.</summary>
    public required double Value { get; init; }

    /// <summary>The level that was crossed.</summary>
    public required double Threshold { get; init; }

    /// <summary>What the evidence points to, or <c>undetermined</c>.</summary>
    public required string Diagnosis { get; init; }

    /// <summary>One sentence for people.</summary>
    public required string Message { get; init; }

    /// <summary>True where the condition begins to count: when it appeared, or came out of suppression or from the shelf. Evidence is taken then, but for alarms of data.</summary>
    public bool IsRaise => To.IsActive() && !From.IsActive();

    /// <summary>
    /// UUIDv8 (RFC 9562, section 5.8) of the first 128 bits of SHA-256 over machine, sensor, axis, rule id, event time, from and
    /// to. Texts are UTF-8, each preceded by its length in bytes (32 bits, big endian); the time is 64 bits, big endian; the states are their wire names.
    /// </summary>
    public static Guid ComputeId(AxisId axis, string ruleId, long eventTimeUnixNs, AlarmState from, AlarmState to)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        AppendText(hash, axis.Machine);
        AppendText(hash, axis.Sensor);
        AppendText(hash, axis.Axis);
        AppendText(hash, ruleId);
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, eventTimeUnixNs);
        hash.AppendData(time);
        AppendText(hash, from.ToWireName());
        AppendText(hash, to.ToWireName());

        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        digest[6] = (byte)((digest[6] & 0x0F) | 0x80);
        digest[8] = (byte)((digest[8] & 0x3F) | 0x80);
        return new Guid(digest[..16], bigEndian: true);
    }

    private static void AppendText(IncrementalHash hash, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
