using System.IO.Pipelines;
using FsCheck;
using FsCheck.Fluent;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Tests.Mqtt;

public sealed class FrameSourceTests
{
    [Fact]
    public void TryRead_AnyCutting_GivesTheSamePackets() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<(byte[] Body, PositiveInt Repeat)[]>(),
            ArbMap.Default.ArbFor<PositiveInt[]>(),
            (parts, cuts) =>
            {
                byte[][] bodies = [.. parts.Select(part => Enumerable.Repeat(part.Body, part.Repeat.Get).SelectMany(body => body).ToArray())];
                byte[] bytes = Encode(bodies);
                List<string> read = ReadAll(new CutStream(bytes, [.. cuts.Select(cut => cut.Get)]), maxBody: 1 << 20).GetAwaiter().GetResult();
                return bodies.Select(Convert.ToHexString).SequenceEqual(read);
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100_000)]
    [InlineData(1 << 20)]
    public async Task TryRead_Oversized_KeepsTheHeadAndSkipsTheRest(int cut)
    {
        byte[] big = new byte[300_000];
        new Random(1).NextBytes(big);
        byte[] bytes = Encode([[1], big, [2, 3], big]);
        List<string> read = await ReadAll(new CutStream(bytes, [cut]), maxBody: 1000);
        string head = Convert.ToHexString(big.AsSpan(0, FrameSource.OversizedHeadBytes)) + "/300000";
        Assert.Equal(["01", head, "0203", head], read);
    }

    [Fact]
    public async Task Unread_AnyPacket_GivesItAgain()
    {
        byte[] bytes = Encode([[1], new byte[50], [3]]);
        var frames = new FrameSource(PipeReader.Create(new CutStream(bytes, [1]), new StreamPipeReaderOptions(bufferSize: 16)), 1000);
        List<int> lengths = [];
        while (await frames.FillAsync(CancellationToken.None))
        {
            while (TryLength(frames, out int length))
            {
                frames.Unread();
                Assert.True(TryLength(frames, out int again));
                Assert.Equal(length, again);
                lengths.Add(length);
            }
        }

        Assert.Equal([1, 50, 1], lengths);
    }

    [Fact]
    public async Task TryRead_ManyPublishes_AllocatesNothing()
    {
        const int Runs = 200, Count = 1 + (Allocations.Rounds * Runs);
        var buffer = new PacketBuffer();
        byte[] properties = [(byte)PropertyId.UserProperty, 0, 4, .. "time"u8, 0, 1, (byte)'1'];
        for (int i = 0; i < Count; i++)
        {
            PublishPacket.Write(buffer, MqttProtocol.V5, "v/a"u8, new byte[100], MqttQos.AtLeastOnce, 7, 0, properties);
        }

        using var frames = new FrameSource(PipeReader.Create(new MemoryStream(buffer.Written.ToArray()), new StreamPipeReaderOptions(bufferSize: 1 << 20)), 1000);
        Assert.True(await frames.FillAsync(CancellationToken.None));
        int stamped = 0;

        long allocated = Allocations.WhenWarm(() => stamped += TryStamp(frames) ? 1 : 0, Runs);

        Assert.Equal(0, allocated);
        Assert.Equal(Count, stamped);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(127, 1)]
    [InlineData(128, 2)]
    [InlineData(16_383, 2)]
    [InlineData(16_384, 3)]
    [InlineData(2_097_151, 3)]
    [InlineData(2_097_152, 4)]
    [InlineData(268_435_455, 4)]
    public void FrameHeader_LimitsOfTheRemainingLength_RoundTrip(int length, int lengthBytes)
    {
        var buffer = new PacketBuffer();
        buffer.WriteByte(0x30);
        buffer.WriteVariable(length);
        Assert.Equal(1 + lengthBytes, buffer.Count);
        Assert.Equal(lengthBytes, PacketBuffer.VariableSize(length));
        Assert.True(FrameHeader.TryParse(buffer.Written, out FrameHeader header));
        Assert.Equal(new FrameHeader(0x30, 1 + lengthBytes, length), header);
        Assert.False(FrameHeader.TryParse(buffer.Written[..^1], out _));
    }

    [Fact]
    public void FrameHeader_FiveLengthBytes_IsAFault() =>
        Assert.Throws<MqttProtocolException>(() => FrameHeader.TryParse([0x30, 0x80, 0x80, 0x80, 0x80, 1], out _));

    private static bool TryStamp(FrameSource frames)
    {
        if (!frames.TryRead(out Frame frame))
        {
            return false;
        }

        PublishPacket packet = PublishPacket.Parse(frame, MqttProtocol.V5);
        return new PublishView(packet, packet.Topic, 1).TryGetUserProperty("time"u8, out ReadOnlySpan<byte> value) && value.SequenceEqual("1"u8);
    }

    private static bool TryLength(FrameSource frames, out int length)
    {
        bool isRead = frames.TryRead(out Frame frame);
        length = isRead ? frame.BodyLength : 0;
        return isRead;
    }

    private static byte[] Encode(byte[][] bodies)
    {
        var buffer = new PacketBuffer();
        foreach (byte[] body in bodies)
        {
            buffer.WriteByte(0x30);
            buffer.WriteVariable(body.Length);
            buffer.WriteRaw(body);
        }

        return buffer.Written.ToArray();
    }

    private static async Task<List<string>> ReadAll(Stream stream, int maxBody)
    {
        using var frames = new FrameSource(PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64, minimumReadSize: 16)), maxBody);
        List<string> read = [];
        while (await frames.FillAsync(CancellationToken.None))
        {
            while (TryText(frames, out string text))
            {
                read.Add(text);
            }
        }

        return read;
    }

    private static bool TryText(FrameSource frames, out string text)
    {
        bool isRead = frames.TryRead(out Frame frame);
        text = isRead ? Convert.ToHexString(frame.Body) + (frame.IsOversized ? $"/{frame.BodyLength}" : "") : "";
        return isRead;
    }

    /// <summary>Gives its bytes in pieces of the sizes given, again and again.</summary>
    private sealed class CutStream(byte[] bytes, int[] cuts) : MemoryStream(bytes, writable: false)
    {
        private int _next;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int cut = cuts.Length == 0 ? buffer.Length : cuts[_next++ % cuts.Length];
            return base.ReadAsync(buffer[..Math.Min(cut, buffer.Length)], cancellationToken);
        }
    }
}
