using System.Collections.Concurrent;
using System.Threading.Channels;
using Thrum.Detector.Commands;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Pipeline;

namespace Thrum.Ingest.Tests.Pipeline;

public sealed class JournalIngestTests : IAsyncLifetime
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ManualTimeProvider _time = new();
    private readonly Channel<SampleBatch> _shard = Channel.CreateBounded<SampleBatch>(64);
    private readonly ConcurrentQueue<ulong> _acknowledged = new();
    private readonly SemaphoreSlim _acknowledgements = new(0);
    private readonly MemoryJournal _journal = new();
    private SampleIngest _decode = null!;
    private JournalIngest _ingest = null!;
    private Task _running = Task.CompletedTask;
    private ulong _sequence;

    public ValueTask InitializeAsync()
    {
        Restart();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _ingest.Complete();
        await _running.InTime();
        _decode.Dispose();
        _journal.Dispose();
        _acknowledgements.Dispose();
    }

    [Fact]
    public async Task Acknowledge_OnlyWhatIsCommitted_InOrder()
    {
        Run();
        _journal.Hold();
        Publish(1, 1);
        await _ingest.FlushAsync(CancellationToken.None);
        await _journal.BegunAsync().InTime();
        Publish(2, 2);
        Publish(3, 3);
        await _ingest.FlushAsync(CancellationToken.None);
        Assert.Empty(_acknowledged);
        Assert.False(_shard.Reader.TryPeek(out _));

        _journal.Release();
        await AcknowledgedAsync(2);
        Assert.Equal([1UL, 3UL], _acknowledged);
        Assert.Equal(2, _journal.Commits);
    }

    [Fact]
    public async Task Flush_JournalTakesNothing_WaitsOnceTheBatchIsFull()
    {
        Run();
        _journal.Hold();
        Publish(1, 1);
        await _ingest.FlushAsync(CancellationToken.None);
        await _journal.BegunAsync().InTime();
        ushort id = 2;
        while (Offer(id, 7, duplicate: false, samples: 8192) == PublishVerdict.Taken)
        {
            id++;
        }

        Task full = _ingest.FlushAsync(CancellationToken.None).AsTask();
        Assert.False(full.IsCompleted);
        Assert.Equal(PublishVerdict.NoRoom, Offer(id, 7, duplicate: false, samples: 8192));
        _journal.Release();
        await full.InTime();
        await AcknowledgedAsync(2);
        // The last two were offers of a message that found no room.
        Assert.Equal(_sequence - 2, _acknowledged.Last());
    }

    [Fact]
    public async Task OnPublish_SentAgain_IsAcknowledgedAndNotJournalledAgain()
    {
        Run();
        Publish(7, 1);
        await FlushAsync(1);
        Offer(7, 1, duplicate: true);
        await FlushAsync(1);
        Assert.Equal((1, 1L), (_journal.Commits, _decode.Counters.DroppedFor(DropReason.Duplicate)));
        Assert.Equal([1UL, 2UL], _acknowledged);

        Offer(7, 2, duplicate: true);
        await FlushAsync(1);
        Offer(7, 2, duplicate: false);
        await FlushAsync(1);
        Assert.Equal(3, _journal.Commits);
    }

    [Fact]
    public async Task OnPublish_SentAgainToANewProcess_IsKnownFromTheJournal()
    {
        Run();
        Publish(7, 1);
        await FlushAsync(1);
        await StopAsync();

        Restart();
        await _ingest.RecoverAsync(_journal.LastSequence, CancellationToken.None, CancellationToken.None);
        Run();
        Offer(7, 1, duplicate: true);
        await FlushAsync(1);
        Assert.Equal(1, _journal.Commits);

        _ingest.OnConnected(new MqttConnected(SessionPresent: false, MqttProtocol.V5, 2));
        Offer(7, 1, duplicate: true);
        await FlushAsync(1);
        Assert.Equal(2, _journal.Commits);
    }

    [Fact]
    public async Task Recover_DecodesWhatNoCheckpointHolds_AsItArrived()
    {
        Run();
        for (ushort id = 1; id <= 3; id++)
        {
            Publish(id, id);
            await FlushAsync(1);
        }

        await StopAsync();
        (long Sequence, long Time, float Sample)[] before = Read();
        Restart();
        _time.Advance(TimeSpan.FromHours(1));
        await _ingest.RecoverAsync(1, CancellationToken.None, CancellationToken.None);
        Assert.False(_ingest.IsRecovering);
        Assert.Equal(before[1..], Read());
        Assert.Equal([2L, 3L], before[1..].Select(block => block.Sequence));
    }

    [Fact]
    public async Task Submit_IsARecord_AppliedAtItsPlaceNowAndAfterACrash()
    {
        Run();
        Publish(1, 1);
        await FlushAsync(1);
        OperatorCommand command = new() { Action = OperatorAction.BeginMaintenance, Target = AxisId.OfMachine("m"), By = "ann" };
        Task<CommandResult> result = _ingest.SubmitAsync(command, CancellationToken.None);
        Assert.Equal(1, (await NextAsync()).JournalSequence);
        using (SampleBatch applied = await NextAsync())
        {
            Assert.Equal((2L, command), (applied.Command!.Sequence, applied.Command.Command));
            Assert.False(result.IsCompleted);
        }

        // A batch that is given up answers for its command.
        Assert.Equal(CommandOutcome.Unavailable, (await result.InTime()).Outcome);
        Publish(2, 2);
        await FlushAsync(1);
        await StopAsync();
        Assert.Equal(3, (await NextAsync()).JournalSequence);
        Assert.Equal(3, (await NextAsync()).Barrier);

        Restart();
        await _ingest.RecoverAsync(0, CancellationToken.None, CancellationToken.None);
        Assert.Equal(1, (await NextAsync()).JournalSequence);
        Assert.Equal((2L, command), ((await NextAsync()) is { Command: { } again } ? (again.Sequence, again.Command) : default));
        Assert.Equal(3, (await NextAsync()).JournalSequence);
    }

    [Fact]
    public async Task Barrier_ComesAfterTheIntervalBehindEverything_AndAtTheEnd()
    {
        Run();
        Publish(1, 1);
        await FlushAsync(1);
        Assert.Null((await NextAsync()).Barrier);
        _time.Advance(Interval);
        Assert.Equal(1, (await NextAsync()).Barrier);
        Publish(2, 2);
        await FlushAsync(1);
        Assert.Equal(2, (await NextAsync()).JournalSequence);
        await StopAsync();
        Assert.Equal(2, (await NextAsync()).Barrier);
    }

    private void Restart()
    {
        MqttOptions options = new() { Topics = [new TopicOptions { Template = "raw/{machine}/{sensor}/{axis}", SampleRateHz = 100 }] };
        _decode = new SampleIngest(options, new StreamRegistry(1), new SampleBatchPool(), [_shard.Writer], _time, new ListLogger<SampleIngest>());
        _ingest = new JournalIngest(_decode, _journal, AcknowledgeAsync, new JournalPacing(Interval, 1 << 30), _time, new ListLogger<JournalIngest>());
        _running = Task.CompletedTask;
    }

    private void Run() => _running = _ingest.RunAsync(CancellationToken.None);

    private async Task StopAsync()
    {
        _ingest.Complete();
        await _running.InTime();
    }

    private ValueTask AcknowledgeAsync(ulong through)
    {
        _acknowledged.Enqueue(through);
        _acknowledgements.Release();
        return ValueTask.CompletedTask;
    }

    private async Task FlushAsync(int acknowledgements)
    {
        await _ingest.FlushAsync(CancellationToken.None);
        await AcknowledgedAsync(acknowledgements);
    }

    private async Task AcknowledgedAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.True(await _acknowledgements.WaitAsync(Patience.Limit));
        }
    }

    private void Publish(ushort id, float sample) => Assert.Equal(PublishVerdict.Taken, Offer(id, sample, duplicate: false));

    private PublishVerdict Offer(ushort id, float sample, bool duplicate, int samples = 1)
    {
        byte[] payload = [.. Enumerable.Repeat(BitConverter.GetBytes(sample), samples).SelectMany(bytes => bytes)];
        PublishVerdict verdict = _ingest.OnPublish(new PublishView("raw/m/s/a"u8, default, payload)
        {
            Qos = MqttQos.AtLeastOnce,
            PacketId = id,
            Duplicate = duplicate,
            Sequence = ++_sequence,
        });
        return verdict;
    }

    private async Task<SampleBatch> NextAsync() => await _shard.Reader.ReadAsync().InTime();

    private (long Sequence, long Time, float Sample)[] Read()
    {
        List<(long, long, float)> blocks = [];
        while (_shard.Reader.TryRead(out SampleBatch? batch))
        {
            foreach (SampleBlock block in batch.Blocks)
            {
                blocks.Add((block.JournalSequence, block.FirstSampleUnixNs, batch.Samples(block)[0]));
            }
        }

        return [.. blocks];
    }
}
