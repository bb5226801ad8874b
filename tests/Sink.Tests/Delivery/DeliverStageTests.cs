using System.Threading.Channels;
using Thrum.Detector.Scores;
using Thrum.Detector.Stages;
using Thrum.Sink.Delivery;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.Delivery;

public sealed class DeliverStageTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly Given _given = new();
    private readonly ManualTimeProvider _time = new();
    private readonly ListLogger<DeliverStage> _log = new();
    private readonly Channel<ScoreBatch> _input = Channel.CreateBounded<ScoreBatch>(10);

    [Fact]
    public async Task Run_InputCompletes_GivesEachBatchInTurnThenCompletes()
    {
        List<string> calls = [];
        DeliverStage stage = Create(new Fake("a", calls), new Fake("b", calls));
        _input.Writer.TryWrite(_given.Batch(2));
        _input.Writer.TryWrite(_given.Batch(3));
        _input.Writer.Complete();
        await stage.RunAsync(_input.Reader, CancellationToken.None);
        Assert.Equal(["a 2", "b 2", "a 3", "b 3", "a end", "b end"], calls);
        Assert.Equal((5, 5, 0), (stage.Counters.Received, stage.Counters.Sent, stage.Counters.Dropped));
        Assert.Equal(0, _given.Pool.Rented);
    }

    [Fact]
    public async Task Run_Cancelled_DropsTheRestCountedAndStillCompletes()
    {
        List<string> calls = [];
        Fake stuck = new("stuck", calls) { Write = token => new ValueTask(Task.Delay(Timeout.Infinite, token)) };
        DeliverStage stage = Create(stuck);
        _input.Writer.TryWrite(_given.Batch(2));
        _input.Writer.TryWrite(_given.Batch(3));
        using CancellationTokenSource stop = new();
        Task running = stage.RunAsync(_input.Reader, stop.Token);
        await stop.CancelAsync();
        _input.Writer.Complete();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal("stuck end", calls[^1]);
        Assert.Equal((5, 0, 5), (stage.Counters.Received, stage.Counters.Sent, stage.Counters.DroppedFor(DropReason.Shutdown)));
        Assert.Equal(0, _given.Pool.Rented);
    }

    [Fact]
    public async Task Run_DestinationOverDeadline_IsToldAndTheOthersComplete()
    {
        List<string> calls = [];
        Fake slow = new("slow", calls) { Complete = async token => await Task.Delay(Timeout.Infinite, token) };
        DeliverStage stage = Create(slow, new Fake("b", calls));
        _input.Writer.Complete();
        Task running = stage.RunAsync(_input.Reader, CancellationToken.None);
        await _time.WaitForTimerAsync(Deadline).InTime();
        _time.Advance(Deadline);
        await running.InTime();
        Assert.Contains("b end", calls);
        Assert.Equal(1, _log.CountOf(EventIds.DrainDeadlinePassed));
    }

    [Fact]
    public async Task Run_DestinationFailsToComplete_IsLoggedAndTheOthersComplete()
    {
        List<string> calls = [];
        Fake broken = new("broken", calls) { Complete = _ => throw new InvalidOperationException("broken") };
        DeliverStage stage = Create(broken, new Fake("b", calls));
        _input.Writer.Complete();
        await stage.RunAsync(_input.Reader, CancellationToken.None);
        Assert.Contains("b end", calls);
        Assert.Equal(1, _log.CountOf(EventIds.DestinationFailed));
        Assert.Equal(1, stage.Counters.Errors);
    }

    [Fact]
    public async Task Run_DestinationThrows_EndsTheStageAndReturnsTheBatches()
    {
        List<string> calls = [];
        DeliverStage stage = Create(new Fake("broken", calls) { Write = _ => throw new InvalidOperationException("broken") });
        _input.Writer.TryWrite(_given.Batch(2));
        _input.Writer.TryWrite(_given.Batch(3));
        _input.Writer.Complete();
        await Assert.ThrowsAsync<InvalidOperationException>(() => stage.RunAsync(_input.Reader, CancellationToken.None));
        Assert.Equal(0, _given.Pool.Rented);
        Assert.Equal(stage.Counters.Received, stage.Counters.Sent + stage.Counters.Dropped);
    }

    [Fact]
    public async Task Run_DestinationThrows_TellsAtOnceAndCountsWhatStillComes()
    {
        TaskCompletionSource<Exception> told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Fake slow = new("slow", []) { Complete = async _ => await told.Task };
        DeliverStage stage = Create(new Fake("broken", []) { Write = _ => throw new InvalidOperationException("broken") }, slow);
        _input.Writer.TryWrite(_given.Batch(2));
        Task running = stage.RunAsync(
            _input.Reader,
            error =>
            {
                told.SetResult(error);
                return Task.CompletedTask;
            },
            CancellationToken.None);
        Assert.IsType<InvalidOperationException>(await told.Task.InTime());
        _input.Writer.TryWrite(_given.Batch(3));
        Assert.False(running.IsCompleted);
        _input.Writer.TryWrite(_given.Batch(4));
        _input.Writer.Complete(new TimeoutException("stopped"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => running.InTime());
        Assert.Equal((9, 9), (stage.Counters.Received, stage.Counters.DroppedFor(DropReason.Shutdown)));
        Assert.Equal(0, _given.Pool.Rented);
    }

    [Fact]
    public async Task Run_DestinationThrowsAndInputNeverEnds_EndsAfterTheDeadline()
    {
        DeliverStage stage = Create(new Fake("broken", []) { Write = _ => throw new InvalidOperationException("broken") });
        _input.Writer.TryWrite(_given.Batch(2));
        Task running = stage.RunAsync(_input.Reader, CancellationToken.None);
        TimeSpan bound = Deadline + TimeSpan.FromSeconds(10);
        await _time.WaitForTimerAsync(bound).InTime();
        _time.Advance(bound);
        await Assert.ThrowsAsync<InvalidOperationException>(() => running.InTime());
        Assert.Equal(1, _log.CountOf(EventIds.InputNotEnded));
    }

    private DeliverStage Create(params IScoreDestination[] destinations) => new(destinations, Deadline, _time, _log);

    private sealed class Fake(string name, List<string> calls) : IScoreDestination
    {
        public string Name => name;

        public Func<CancellationToken, ValueTask> Write { get; init; } = static _ => ValueTask.CompletedTask;

        public Func<CancellationToken, ValueTask> Complete { get; init; } = static _ => ValueTask.CompletedTask;

        public ValueTask WriteAsync(ScoreBatch batch, CancellationToken cancellationToken)
        {
            Record($"{name} {batch.Count}");
            return Write(cancellationToken);
        }

        public ValueTask CompleteAsync(CancellationToken cancellationToken)
        {
            Record($"{name} end");
            return Complete(cancellationToken);
        }

        private void Record(string call)
        {
            lock (calls)
            {
                calls.Add(call);
            }
        }
    }
}
