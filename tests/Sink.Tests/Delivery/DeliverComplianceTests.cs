using System.Threading.Channels;
using Thrum.Detector.Scores;
using Thrum.Sink.Delivery;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.Delivery;

public sealed class DeliverComplianceTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_InputCompletedOrDestinationFailing_AccountsForEveryWindow(bool fails)
    {
        var given = new Given();
        var input = Channel.CreateBounded<ScoreBatch>(10);
        var stage = new DeliverStage([new Destination(fails)], TimeSpan.FromSeconds(5), new ManualTimeProvider(), new ListLogger<DeliverStage>());
        input.Writer.TryWrite(given.Batch(2));
        input.Writer.TryWrite(given.Batch(3));
        input.Writer.Complete();

        Exception? fault = await Record.ExceptionAsync(() => stage.RunAsync(input.Reader, CancellationToken.None));

        Assert.Equal(fails, fault is InvalidOperationException);
        Assert.Equal(5, stage.Counters.Received);
        StageCompliance.AssertSettled(stage.Counters);
    }

    private sealed class Destination(bool fails) : IScoreDestination
    {
        public string Name => "test";

        public ValueTask WriteAsync(ScoreBatch batch, CancellationToken cancellationToken) =>
            fails ? throw new InvalidOperationException("broken") : ValueTask.CompletedTask;

        public ValueTask CompleteAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
