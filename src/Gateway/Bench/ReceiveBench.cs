using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using Thrum.Detector.Samples;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Pipeline;

namespace Thrum.Gateway.Bench;

/// <summary>
/// What the first stage can take: messages are received, decoded into sample batches and handed to a consumer that only gives the
/// batches back. With QoS 1 acknowledgement is manual, after the hand-over. Topics and payloads as in <see cref="PipelineBench"/>.
/// </summary>
internal sealed class ReceiveBench(BenchRequest request, TimeProvider time, ILoggerFactory loggers)
{
    // As Detector:QueueBatches.
    private const int QueueBatches = 8;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(4);

    /// <summary>Receives the stated number of messages, or until the time or four idle seconds have passed.</summary>
    /// <param name="ready">Called once subscribed.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<ReceiveResult> RunAsync(Action ready, CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<SampleBatch>(new BoundedChannelOptions(QueueBatches) { SingleReader = true, SingleWriter = true });
        var pool = new SampleBatchPool();
        // As many as the queue and both its ends can hold: how far a backlog goes is not what is measured.
        pool.Prepare(QueueBatches + 2);
        using var ingest = new SampleIngest(
            new MqttOptions { Topics = [new TopicOptions { Template = "vibration/{machine}/{sensor}", SampleRateHz = 12800 }] },
            new StreamRegistry(1, 1024), pool, [channel.Writer], time, loggers.CreateLogger<SampleIngest>());
        var session = new MqttSession(Options(), time, loggers.CreateLogger<MqttSession>());
        var handler = new AcknowledgingHandler(ingest, session, request.Messages, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task consuming = ConsumeAsync(channel.Reader);
        Task receiving = session.RunAsync(handler, stop.Token);
        // Not a delay each time: that would be what allocates here.
        using var poll = new PeriodicTimer(Poll, time);
        while (!session.IsSubscribed && !receiving.IsCompleted)
        {
            await poll.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
        }

        ready();
        await WaitAsync(poll, handler, receiving, cancellationToken).ConfigureAwait(false);
        ReceiveResult result = handler.Result(request, ingest.Samples);
        await stop.CancelAsync().ConfigureAwait(false);
        await receiving.ConfigureAwait(false);
        channel.Writer.Complete();
        await consuming.ConfigureAwait(false);
        return result;
    }

    private MqttSessionOptions Options() => new()
    {
        Host = "127.0.0.1",
        Port = request.Port,
        ClientId = $"thrum-bench-{Environment.ProcessId}",
        // What the load tool and the other clients speak.
        Protocol = MqttProtocolChoice.V311,
        AcknowledgeAfterFlush = false,
        Subscriptions = [new MqttSubscription("vibration/#", (MqttQos)request.Qos)],
    };

    private static async Task ConsumeAsync(ChannelReader<SampleBatch> batches)
    {
        await foreach (SampleBatch batch in batches.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            batch.Dispose();
        }
    }

    private async Task WaitAsync(PeriodicTimer poll, AcknowledgingHandler handler, Task receiving, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp(), seen = 0, idleSince = started;
        while (handler.Received < request.Messages && !receiving.IsCompleted && time.GetElapsedTime(started).TotalSeconds < request.Seconds)
        {
            await poll.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
            if (handler.Received != seen)
            {
                (seen, idleSince) = (handler.Received, time.GetTimestamp());
            }
            else if (seen > 0 && time.GetElapsedTime(idleSince) > IdleTime)
            {
                break;
            }
        }
    }

    /// <summary>The decoder, and the acknowledgement of what it has handed over.</summary>
    private sealed class AcknowledgingHandler(SampleIngest ingest, MqttSession session, long expected, TimeProvider time) : IMessageHandler
    {
        private readonly long _warmUp = expected / 4;
        private long _received;
        private ulong _sequence;
        private long _first;
        private long _last;
        private long _steadyFrom;
        private long _steadyBytes;
        private TimeSpan _cpu;
        private TimeSpan _user;

        public long Received => Volatile.Read(ref _received);

        public PublishVerdict OnPublish(in PublishView message)
        {
            PublishVerdict verdict = ingest.OnPublish(message);
            if (verdict != PublishVerdict.NoRoom)
            {
                _sequence = message.Sequence;
                Volatile.Write(ref _received, _received + 1);
            }

            return verdict;
        }

        public void OnOversized(in PublishView beginning, long bytes) => ingest.OnOversized(beginning, bytes);

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
        public async ValueTask FlushAsync(CancellationToken ct)
        {
            await ingest.FlushAsync(ct).ConfigureAwait(false);
            _last = time.GetTimestamp();
            if (_first == 0)
            {
                _first = _last;
                using Process process = Process.GetCurrentProcess();
                (_cpu, _user) = (process.TotalProcessorTime, process.UserProcessorTime);
            }

            if (_steadyFrom == 0 && _received >= _warmUp)
            {
                (_steadyFrom, _steadyBytes) = (_received, GC.GetTotalAllocatedBytes(precise: true));
            }

            await session.AcknowledgeThroughAsync(_sequence).ConfigureAwait(false);
        }

        public ReceiveResult Result(BenchRequest request, long samples)
        {
            long allocated = GC.GetTotalAllocatedBytes(precise: true) - _steadyBytes;
            using Process process = Process.GetCurrentProcess();
            double seconds = Math.Max(1e-9, time.GetElapsedTime(_first, _last).TotalSeconds);
            return new ReceiveResult
            {
                Qos = request.Qos,
                SamplesPerMessage = request.Samples,
                Messages = Received,
                Samples = samples,
                Seconds = Math.Round(seconds, 3),
                MessagesPerS = Math.Round(Received / seconds),
                Lost = request.Messages - Received,
                User = Math.Round((process.UserProcessorTime - _user).TotalSeconds, 2),
                Cpu = Math.Round((process.TotalProcessorTime - _cpu).TotalSeconds, 2),
                Rss = Math.Round(process.PeakWorkingSet64 / 1048576.0),
                BytesPerMessage = Math.Round((double)allocated / Math.Max(1, Received - _steadyFrom), 2),
            };
        }
    }
}

/// <summary>One measurement of the receive path.</summary>
internal sealed record ReceiveResult
{
    [JsonPropertyName("peer")]
    public string Peer { get; } = "thrum receive";

    [JsonPropertyName("qos")]
    public required int Qos { get; init; }

    [JsonPropertyName("samplesPerMessage")]
    public required int SamplesPerMessage { get; init; }

    [JsonPropertyName("messages")]
    public required long Messages { get; init; }

    [JsonPropertyName("samples")]
    public required long Samples { get; init; }

    /// <summary>From the first hand-over to the last.</summary>
    [JsonPropertyName("seconds")]
    public required double Seconds { get; init; }

    [JsonPropertyName("messagesPerS")]
    public required double MessagesPerS { get; init; }

    [JsonPropertyName("lost")]
    public required long Lost { get; init; }

    /// <summary>Processor time of the process since the first hand-over, s.</summary>
    [JsonPropertyName("cpu")]
    public required double Cpu { get; init; }

    /// <summary>The part of <see cref="Cpu"/> spent in user mode, s; the rest is the kernel's, most of it the socket's.</summary>
    [JsonPropertyName("user")]
    public required double User { get; init; }

    /// <summary>Peak resident memory, MiB.</summary>
    [JsonPropertyName("rss")]
    public required double Rss { get; init; }

    /// <summary>Managed bytes allocated in the whole process per message, after the first quarter.</summary>
    [JsonPropertyName("bytesPerMessage")]
    public required double BytesPerMessage { get; init; }
}
