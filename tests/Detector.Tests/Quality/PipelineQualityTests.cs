using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Alarms;
using Thrum.Detector.Commands;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Tests.Pipeline;

namespace Thrum.Detector.Tests.Quality;

public sealed class PipelineQualityTests
{
    private static readonly AxisId Axis = new("m", "s", "a");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_NonFiniteSample_GivesAWarningBesideTheScores()
    {
        using var run = new PipelineRun(1);
        TestBlock[] blocks = [.. Enumerable.Range(0, 30).Select(i => TestBlock.Noise(Axis, i, 1000))];
        blocks[3].Samples[17] = float.NaN;

        await run.FeedAsync(blocks, Cancelled);

        Assert.Equal(
            [("quality-non-finite", AlarmState.ActiveUnacknowledged, 3.999), ("quality-non-finite", AlarmState.Normal, 13.999)],
            run.Transitions.Select(t => (t.RuleId, t.To, (t.EventTimeUnixNs - PipelineRun.Origin) / 1e9)));
        Assert.All(run.Windows, entry => Assert.Equal(AlarmState.Normal, entry.Window.State));
    }

    [Fact]
    public async Task RunAsync_AlarmOfDataAcknowledgedAndShelved_TakesTheStatesOfOthers()
    {
        using var run = new PipelineRun(1);
        TestBlock[] blocks = [.. Enumerable.Range(0, 30).Select(i => TestBlock.Noise(Axis, i, 1000) with { Sequence = (10 * i) + 1 })];
        blocks[3].Samples[17] = float.NaN;
        blocks[5] = blocks[5] with { Command = Command(OperatorAction.Acknowledge) };
        blocks[6] = blocks[6] with { Command = Command(OperatorAction.Acknowledge) };
        blocks[7] = blocks[7] with { Command = Command(OperatorAction.Shelve) with { UntilUnixNs = PipelineRun.Origin + 20_000_000_000 } };
        blocks[8] = blocks[8] with { Command = Command(OperatorAction.ThisWasNormal) };
        blocks[9] = blocks[9] with { Command = Command(OperatorAction.Unshelve) };

        await run.FeedAsync(blocks, Cancelled);

        Assert.Equal(
            [AlarmState.ActiveUnacknowledged, AlarmState.ActiveAcknowledged, AlarmState.Shelved, AlarmState.ActiveAcknowledged, AlarmState.Normal], run.Transitions.Select(t => t.To));
        Assert.Equal(
            [CommandOutcome.Applied, CommandOutcome.WrongState, CommandOutcome.Applied, CommandOutcome.WrongState, CommandOutcome.Applied], run.Results.Select(result => result.Outcome));
        Assert.All(run.Windows, entry => Assert.Equal(AlarmState.Normal, entry.Window.State));

        static OperatorCommand Command(OperatorAction action) => new() { Action = action, Target = Axis, RuleId = "quality-non-finite", By = "ann" };
    }

    [Fact]
    public async Task RunAsync_Disabled_RaisesNothing()
    {
        using var run = new PipelineRun(new DetectorOptions { Shards = 1, Quality = new() { Enabled = false } });
        TestBlock block = TestBlock.Noise(Axis, 0, 3000);
        block.Samples[17] = float.NaN;

        await run.FeedAsync([block], Cancelled);

        Assert.Empty(run.Transitions);
    }

    [Fact(Timeout = 60_000)]
    public async Task RunAsync_SensorFallsSilent_RaisesByTheWallAtATimeOfTheStream()
    {
        var time = new ManualTimeProvider();
        using var pipeline = new DetectorPipeline(new DetectorOptions { Shards = 1 }, [], time, NullLogger<DetectorPipeline>.Instance);
        AxisStream stream = pipeline.Streams.Resolve(Axis);
        Task run = pipeline.RunAsync(Cancelled);
        for (int i = 0; i < 5; i++)
        {
            SampleBatch batch = pipeline.SamplePool.Rent();
            batch.Append(stream, TimeSource.Stamped, PipelineRun.Origin + (i * 1_000_000_000L), TestModels.RateHz, 1000);
            await pipeline.Inputs[0].WriteAsync(batch, Cancelled);
        }

        AlarmTransition? raised = null;
        for (int seconds = 0; raised is null; seconds++)
        {
            Assert.True(seconds < 10_000, "no alarm in 10,000 s");
            time.Advance(TimeSpan.FromSeconds(1));
            while (pipeline.Output.TryRead(out ScoreBatch? scores))
            {
                raised ??= scores.Transitions.SingleOrDefault();
                scores.Dispose();
            }

            while (pipeline.Counters.QueueLength > 0)
            {
                await Task.Yield();
            }
        }

        pipeline.Inputs[0].Complete();
        await run;
        Assert.Equal(("quality-silence", PipelineRun.Origin + 304_999_000_000), (raised.RuleId, raised.EventTimeUnixNs));
        Assert.Equal(0, time.ActiveTimers);
    }
}
