using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Samples;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Mqtt.Codec;
using Thrum.Ingest.Mqtt.Transport;
using Thrum.Ingest.Pipeline;

namespace Thrum.Ingest.Tests.Mqtt;

/// <summary>What receiving allocates, in parts and as a whole. Alone in the process: it measures what every thread allocates.</summary>
[CollectionDefinition(nameof(SteadyStateAllocationTests), DisableParallelization = true)]
[Collection(nameof(SteadyStateAllocationTests))]
public sealed class SteadyStateAllocationTests
{
    /// <summary>For what the thread pool's threads allocate when they start, and what earlier tests left running; an object for each of 20,000 rounds would take 480,000 bytes.</summary>
    private const long ThreadBytes = 256 * 1024;

    public SteadyStateAllocationTests()
    {
        bool isDebug = typeof(MqttSession).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true };
        Assert.SkipWhen(isDebug, "a debug build makes a class of every asynchronous method: dotnet test -c Release");
    }

    /// <summary>4,096 floats: some packets lie across the end of a receive buffer.</summary>
    [Theory]
    [InlineData(64)]
    [InlineData(4096)]
    public async Task ParseDecodeAndHandOver_Warm_AllocateNothing(int samples)
    {
        var reader = PipeReader.Create(new RepeatingStream(Packets(16, samples)), new StreamPipeReaderOptions(new ReceiveBuffers(100_000), 100_000, 10_000));
        using var frames = new FrameSource(reader, 1 << 20);
        Channel<SampleBatch> shard = Channel.CreateBounded<SampleBatch>(1);
        using SampleIngest ingest = Ingest(shard.Writer);
        long before = 0;
        for (int read = 0; read < 2000; read++)
        {
            if (read == 1000)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            // All of it ends at once, on this thread.
            await frames.FillAsync(CancellationToken.None);
            while (frames.TryRead(out Frame frame))
            {
                Offer(ingest, frame);
            }

            await ingest.FlushAsync(CancellationToken.None);
            if (shard.Reader.TryRead(out SampleBatch? batch))
            {
                batch.Dispose();
            }
        }

        // The runtime itself allocates now and then; the smallest object a message would be ten times this.
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(ingest.Counters.Sent > 2000, $"{ingest.Counters.Sent} messages");
        Assert.True(allocated < ingest.Counters.Sent, $"{allocated} bytes for half of {ingest.Counters.Sent} messages");
    }

    [Fact]
    public async Task FlushAsync_ThatHasToWait_AllocatesNothing()
    {
        const int Rounds = 20_000;
        Channel<SampleBatch> shard = Channel.CreateBounded<SampleBatch>(1);
        using SampleIngest ingest = Ingest(shard.Writer);
        using var stopping = new CancellationTokenSource();
        byte[] packet = Packets(1, samples: 64);
        long before = 0;
        int waits = 0;
        for (int round = 0; round < 2 * Rounds; round++)
        {
            if (round == Rounds)
            {
                before = GC.GetTotalAllocatedBytes(precise: true);
            }

            Take(ingest, packet);
            ValueTask flush = ingest.FlushAsync(stopping.Token);
            if (!flush.IsCompleted)
            {
                waits++;
                if (shard.Reader.TryRead(out SampleBatch? batch))
                {
                    batch.Dispose();
                }
            }

            await flush;
        }

        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.Equal((2 * Rounds) - 1, waits);
        Assert.True(allocated < ThreadBytes, $"{allocated} bytes in {Rounds} waits");
    }

    /// <summary>Socket, packets, decoding, hand-over to a task of its own, and acknowledgement.</summary>
    [Fact]
    public async Task RunAsync_Warm_AllocatesNothingPerMessage()
    {
        const int Messages = 100_000;
        Channel<SampleBatch> shard = Channel.CreateBounded<SampleBatch>(8);
        using SampleIngest ingest = Ingest(shard.Writer);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var session = new MqttSession(
            new MqttSessionOptions
            {
                Port = ((IPEndPoint)listener.LocalEndpoint).Port,
                Protocol = MqttProtocolChoice.V311,
                Subscriptions = [new("v/#", MqttQos.AtLeastOnce)],
            },
            TimeProvider.System, NullLogger<MqttSession>.Instance);
        using var stopping = new CancellationTokenSource();
        Task consuming = ConsumeAsync(shard.Reader);
        Task run = session.RunAsync(ingest, stopping.Token);
        // The broker's end blocks, which allocates nothing.
        using Socket peer = listener.AcceptSocket();
        Greet(peer);
        byte[] packets = Packets(1000, samples: 64);
        byte[] answers = new byte[4 * 1000];

        Publish(Messages);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Publish(Messages);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.Equal(2 * Messages, ingest.Counters.Sent);
        Assert.True(allocated < ThreadBytes, $"{allocated} bytes for {Messages} messages");
        await stopping.CancelAsync();
        await run.InTime();
        shard.Writer.Complete();
        await consuming.InTime();

        void Publish(int count)
        {
            for (int sent = 0; sent < count; sent += 1000)
            {
                peer.Send(packets);
                for (int have = 0; have < answers.Length;)
                {
                    have += peer.Receive(answers, have, answers.Length - have, SocketFlags.None);
                }
            }
        }
    }

    private static SampleIngest Ingest(ChannelWriter<SampleBatch> shard)
    {
        var pool = new SampleBatchPool(samplesPerBatch: 64 * 1024, blocksPerBatch: 1024);
        // As many as a queue of eight and both its ends can hold.
        pool.Prepare(10);
        return new SampleIngest(
            new MqttOptions { Topics = [new TopicOptions { Template = "v/{machine}/{sensor}", SampleRateHz = 12_800 }] },
            new StreamRegistry(1), pool, [shard], TimeProvider.System, NullLogger<SampleIngest>.Instance);
    }

    private static byte[] Packets(int count, int samples)
    {
        var buffer = new PacketBuffer();
        byte[] payload = new byte[4 * samples];
        for (int i = 0; i < count; i++)
        {
            PublishPacket.Write(buffer, MqttProtocol.V311, "v/m1/s1"u8, payload, MqttQos.AtLeastOnce, (ushort)(i + 1), 0, []);
        }

        return buffer.Written.ToArray();
    }

    private static void Take(SampleIngest ingest, byte[] packet)
    {
        if (FrameHeader.TryParse(packet, out FrameHeader header))
        {
            Offer(ingest, new Frame(header.First, packet.AsSpan(header.Size), header.BodyLength));
        }
    }

    private static void Offer(SampleIngest ingest, in Frame frame)
    {
        var packet = PublishPacket.Parse(frame, MqttProtocol.V311);
        // No assertion here, which would allocate: what was taken is counted.
        ingest.OnPublish(new PublishView(packet, packet.Topic, 1));
    }

    private static async Task ConsumeAsync(ChannelReader<SampleBatch> batches)
    {
        await foreach (SampleBatch batch in batches.ReadAllAsync(CancellationToken.None))
        {
            batch.Dispose();
        }
    }

    /// <summary>Answers CONNECT and SUBSCRIBE of MQTT 3.1.1.</summary>
    private static void Greet(Socket peer)
    {
        byte[] request = new byte[1024];
        peer.Receive(request);
        peer.Send([0x20, 2, 0, 0]);
        peer.Receive(request);
        peer.Send([0x90, 3, request[2], request[3], 1]);
    }

    /// <summary>The same bytes again and again, as many as are asked for.</summary>
    private sealed class RepeatingStream(byte[] bytes) : Stream
    {
        private int _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = Math.Min(buffer.Length, bytes.Length - _at);
            bytes.AsSpan(_at, count).CopyTo(buffer.Span);
            _at = (_at + count) % bytes.Length;
            return new ValueTask<int>(count);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
