using System.Runtime.InteropServices;
using Google.Protobuf;
using Thrum.Ingest.Tests.Sparkplug.Wire;

namespace Thrum.Ingest.Tests.Sparkplug;

/// <summary>Sparkplug payloads, encoded by what protoc generates.</summary>
internal static class SparkplugPayloads
{
    public const ulong SentMs = 1_800_000_000_000;

    public static byte[] Of(int seq, params Metric[] metrics)
    {
        var payload = new Payload { Timestamp = SentMs, Seq = (ulong)seq };
        payload.Metrics.AddRange(metrics);
        return payload.ToByteArray();
    }

    /// <summary>A metric of a birth.</summary>
    public static Metric Born(string name, ulong alias, uint type) => new() { Name = name, Alias = alias, Datatype = type, Timestamp = SentMs, IsNull = true };

    public static Metric Session(ulong number) => new() { Name = "bdSeq", Datatype = 8, LongValue = number };

    public static Metric Floats(ulong alias, params float[] samples) => new() { Alias = alias, BytesValue = Packed(samples) };

    public static ByteString Packed<T>(params T[] samples)
        where T : struct => ByteString.CopyFrom(MemoryMarshal.AsBytes(samples.AsSpan()));
}
