using System.Buffers;
using System.IO.Pipelines;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Mqtt.Codec;
using Thrum.Ingest.Payloads;
using Thrum.Ingest.Tests.Payloads;
using Thrum.Ingest.Topics;

namespace Thrum.Ingest.Tests.Fuzz;

/// <summary>
/// Whatever bytes come: no exception but the one that closes the connection, no hang, no allocation beyond a small multiple of the
/// message. 100,000 inputs for each target, 1,000,000 with THRUM_FULL=1; the inputs depend on <see cref="Seed"/> only.
/// </summary>
public sealed class FuzzTests
{
    private const int Seed = 20_261_122;

    // Far above what any input of 4 kB may need, far below what a length field could ask for.
    private const long MaxAllocatedBytes = 256 * 1024;

    // Of the processor, with whatever runs beside: a busy machine takes longer, not more.
    private static readonly TimeSpan MaxTime = TimeSpan.FromMinutes(4);

    // Inputs that once did harm, or nearly: kept for good.
    private static readonly string[] Kept =
    [
        "A161616181FF", "9BFFFFFFFFFFFFFFFF", "BBFFFFFFFFFFFFFFFF00", "5BFFFFFFFFFFFFFFFF", "544201000001FF", "30FFFFFF7F", "30FFFFFFFF01", "2003000500",
        // Empty CSV fields are samples: more of them than bytes halved. A zlib header that asks for a preset dictionary.
        "2C", "7820AB562AC9CC4D55B25232323032D33530D435300C3130B002A328251DA5",
    ];

    private static int Cases => Environment.GetEnvironmentVariable("THRUM_FULL") == "1" ? 1_000_000 : 100_000;

    [Theory]
    [InlineData(PayloadFormat.F32Le)]
    [InlineData(PayloadFormat.F32Be)]
    [InlineData(PayloadFormat.F64Le)]
    [InlineData(PayloadFormat.F64Be)]
    [InlineData(PayloadFormat.I16Le)]
    [InlineData(PayloadFormat.I16Be)]
    [InlineData(PayloadFormat.I24Le)]
    [InlineData(PayloadFormat.I24Be)]
    [InlineData(PayloadFormat.I32Le)]
    [InlineData(PayloadFormat.I32Be)]
    [InlineData(PayloadFormat.Json)]
    [InlineData(PayloadFormat.Csv)]
    [InlineData(PayloadFormat.Influx)]
    [InlineData(PayloadFormat.Cbor)]
    [InlineData(PayloadFormat.Thrum)]
    public void Decode_MutatedPayloads_AreDecodedOrNamed(PayloadFormat format)
    {
        float[] samples = new float[PayloadDecoder.MaxSamples(format, 8192)];
        var axes = new AxisSlice[16];
        Run(Seeds(format), (ref readonly ReadOnlySpan<byte> input) =>
        {
            int room = PayloadDecoder.MaxSamples(format, input.Length);
            DecodeFault fault = PayloadDecoder.Decode(format, new PayloadScaling(0.5, 1), input, samples.AsSpan(0, room), axes, out DecodedPayload decoded);
            if (fault != DecodeFault.None)
            {
                // The bound that callers size their memory by must hold for every payload.
                return fault != DecodeFault.TooManySamples;
            }

            int sum = 0;
            for (int i = 0; i < decoded.AxisCount; i++)
            {
                sum += axes[i].Count;
                axes[i].Name(input);
                _ = samples.AsSpan(axes[i].Start, axes[i].Count);
            }

            return decoded.AxisCount > 0 && sum == decoded.SampleCount && sum > 0 && sum <= room;
        });
    }

    [Theory]
    [InlineData(PayloadCompression.Gzip)]
    [InlineData(PayloadCompression.Deflate)]
    public void Inflate_MutatedPayloads_StayWithinTheLimit(PayloadCompression compression)
    {
        const int limit = 64 * 1024;
        byte[] json = SamplePayloads.All[0].Payload;
        PayloadInflaterTests.Packing[] packings = compression == PayloadCompression.Gzip
            ? [PayloadInflaterTests.Packing.Gzip]
            : [PayloadInflaterTests.Packing.Zlib, PayloadInflaterTests.Packing.Deflate];
        byte[][] seeds = [.. packings.SelectMany(packing => new[] { PayloadInflaterTests.Pack(packing, json), PayloadInflaterTests.Pack(packing, new byte[100_000]) })];
        var inflater = new PayloadInflater(limit);
        Run(seeds, (ref readonly ReadOnlySpan<byte> input) => inflater.Inflate(compression, input, out ReadOnlySpan<byte> unpacked) != DecodeFault.None || unpacked.Length is > 0 and <= limit);
    }

    [Theory]
    [InlineData(MqttProtocol.V5)]
    [InlineData(MqttProtocol.V311)]
    public void Parse_MutatedPackets_AreParsedOrMalformed(MqttProtocol protocol) =>
        Run(PacketSeeds.Of(protocol), (ref readonly ReadOnlySpan<byte> input) =>
        {
            ReadOnlySpan<byte> rest = input;
            try
            {
                while (FrameHeader.TryParse(rest, out FrameHeader header))
                {
                    int kept = Math.Min(header.BodyLength, rest.Length - header.Size);
                    Parse(new Frame(header.First, rest.Slice(header.Size, kept), header.BodyLength), protocol);
                    rest = rest[(header.Size + kept)..];
                }
            }
            catch (MqttProtocolException)
            {
                // What closes the connection.
            }

            return true;
        });

    [Theory]
    [InlineData(MqttProtocol.V5)]
    [InlineData(MqttProtocol.V311)]
    public void FrameSource_MutatedStreams_AreCutLikeTheWhole(MqttProtocol protocol)
    {
        var random = new Random(Seed);
        Run(PacketSeeds.Of(protocol), (ref readonly ReadOnlySpan<byte> input) =>
        {
            byte[] bytes = input.ToArray();
            int cut = random.Next(bytes.Length + 1);
            return Lengths(new ReadOnlySequence<byte>(bytes)).SequenceEqual(Lengths(Cut(bytes, cut)));
        });
    }

    [Fact]
    public void TryParseTime_MutatedTexts_AreReadOrRefused() =>
        Run(
            [.. new[] { "2026-01-31T23:59:59.123456789Z", "2026-01-31 23:59:59+01:00", "1700000000000000000", "-5" }.Select(SamplePayloads.Utf8)],
            (ref readonly ReadOnlySpan<byte> input) =>
            {
                bool isTime = PayloadStamp.TryParseTime(input, out long time);
                bool isRate = PayloadStamp.TryParseRate(input, out double rate);
                return (!isTime || time != long.MinValue) && (!isRate || rate > 0);
            });

    [Fact]
    public void TryMatch_MutatedTopics_AreMatchedOrNot()
    {
        var template = TopicTemplate.Parse("v/{machine}/+/{sensor}/{axis}/#");
        Run(
            [.. new[] { "v/m/x/s/a/b/c", "v/m", "/////", "v/Ä/ß/€/😀" }.Select(SamplePayloads.Utf8)],
            (ref readonly ReadOnlySpan<byte> input) =>
            {
                template.TryMatch(input, out _, out _, out _);
                return true;
            });
    }

    internal delegate bool Target(ref readonly ReadOnlySpan<byte> input);

    /// <param name="seeds">Good inputs.</param>
    /// <param name="isGood">What is fed with them and what is made of them.</param>
    /// <param name="maxAllocatedBytes">Most that one input may allocate.</param>
    internal static void Run(IReadOnlyList<byte[]> seeds, Target isGood, long maxAllocatedBytes = MaxAllocatedBytes)
    {
        foreach (byte[] kept in Kept.Select(Convert.FromHexString).Concat(seeds))
        {
            Check(kept, isGood, maxAllocatedBytes, "kept");
        }

        var mutator = new Mutator(seeds, Seed);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        for (int i = 0; i < Cases; i++)
        {
            Check(mutator.Next(), isGood, maxAllocatedBytes, i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            if ((i & 1023) == 0)
            {
                Assert.True(Environment.CpuUsage.TotalTime - before < MaxTime, $"{i} inputs took {MaxTime}");
            }
        }
    }

    private static void Check(ReadOnlySpan<byte> input, Target isGood, long maxAllocatedBytes, string name)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool good;
        try
        {
            good = isGood(ref input);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"input {name} ({Convert.ToHexString(input)}) threw", e);
        }

        Assert.True(good, $"input {name}: {Convert.ToHexString(input)}");
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < maxAllocatedBytes, $"input {name} made {allocated} bytes: {Convert.ToHexString(input)}");
    }

    private static byte[][] Seeds(PayloadFormat format)
    {
        byte[][] own = [.. SamplePayloads.All.Where(pair => pair.Format == format).Select(pair => pair.Payload)];
        return format == PayloadFormat.Json
            ? [.. own, SamplePayloads.Utf8("""{"time_ms":1.5,"encoding":"i16le","samples":"AQD+/w=="}"""), SamplePayloads.Utf8("[1,2e9,null]"), SamplePayloads.Utf8("1.5"),
                SamplePayloads.Utf8("""{"time":5,"temperature":21.5,"t\u0000":1,"pressure":"NaN","x":[1],"ts":null}""")]
            : own.Length > 0 ? own : [new byte[48], [0, 0, 0xC0, 0x7F, 1, 2, 3, 4]];
    }

    private static void Parse(in Frame frame, MqttProtocol protocol)
    {
        switch (frame.Type)
        {
            case PacketType.Publish when frame.IsOversized:
                PublishPacket.ParseOversized(frame, protocol);
                break;
            case PacketType.Publish:
                var view = new PublishView(PublishPacket.Parse(frame, protocol), default, 1);
                view.TryGetUserProperty("time"u8, out _);
                break;
            case PacketType.Connect:
                ConnectPacket.Parse(frame.Body);
                break;
            case PacketType.ConnAck:
                ConnAckPacket.Parse(frame.Body, protocol);
                break;
            case PacketType.Subscribe:
                SubscribePacket.Parse(frame.Body, protocol);
                break;
            case PacketType.Unsubscribe:
                UnsubscribePacket.Parse(frame.Body, protocol);
                break;
            case PacketType.SubAck or PacketType.UnsubAck:
                SubAckPacket.Parse(frame.Body, protocol);
                break;
            case PacketType.Auth:
                ReasonPacket.Parse(frame.Body, PacketType.Auth);
                break;
            case PacketType.Disconnect:
                ControlPacket.ParseDisconnect(frame.Body, protocol);
                break;
            default:
                AckPacket.Parse(frame.Body);
                break;
        }
    }

    private static List<int> Lengths(ReadOnlySequence<byte> bytes)
    {
        using var frames = new FrameSource(PipeReader.Create(bytes), 1024);
        List<int> lengths = [];
        try
        {
            // The whole stream is there: nothing is awaited.
            while (frames.FillAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult())
            {
                while (frames.TryRead(out Frame frame))
                {
                    lengths.Add(frame.Body.Length);
                }
            }
        }
        catch (MqttProtocolException)
        {
            lengths.Add(-1);
        }

        return lengths;
    }

    private static ReadOnlySequence<byte> Cut(byte[] bytes, int at)
    {
        var first = new Segment(bytes.AsMemory(0, at), null);
        var second = new Segment(bytes.AsMemory(at), first);
        return new ReadOnlySequence<byte>(first, 0, second, second.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            RunningIndex = before is null ? 0 : before.RunningIndex + before.Memory.Length;
            if (before is not null)
            {
                before.Next = this;
            }
        }
    }
}
