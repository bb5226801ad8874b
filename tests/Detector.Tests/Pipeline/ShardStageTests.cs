using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Stages;
using Thrum.Detector.Tests.Models;

namespace Thrum.Detector.Tests.Pipeline;

public sealed class ShardStageTests
{
    private static readonly AxisStream Stream = new(new AxisId("m", "s", "a"), 0, 0);
    private const long Now = 1_000_000_000;

    [Fact]
    public async Task RunAsync_BatchesAtHandWithinMaxDelay_LeaveTogetherHoweverLongTheyWereQueued()
    {
        List<(int Windows, long Received)> sent = await RunAsync(0, (Now - Seconds(1), 32), (Now - 2, 16), (Now - 1, 16));

        Assert.Equal([(3, Now - Seconds(1))], sent);
    }

    [Fact]
    public async Task RunAsync_WindowsHeldForMaxDelayWhileMoreIsAtHand_LeaveAtOnce()
    {
        List<(int Windows, long Received)> sent = await RunAsync(15, (Now - 3, 32), (Now - 2, 16), (Now - 1, 16));

        Assert.Equal([(2, Now - 3), (1, Now - 1)], sent);
    }

    [Fact]
    public async Task RunAsync_EarlierMessageWithoutAWindow_DoesNotAgeLaterScores()
    {
        List<(int Windows, long Received)> sent = await RunAsync(30, (Now - Seconds(1), 8), (Now - 2, 24), (Now - 1, 16));

        Assert.Equal([(1, Now - 2), (1, Now - 1)], sent);
    }

    [Fact(Timeout = 60_000)]
    public async Task RunAsync_FaultInOneShard_EndsThePipelineAndRefusesFurtherInput()
    {
        using var run = new PipelineRun(2);
        SampleBatch batch = run.Pipeline.SamplePool.Rent();
        batch.Append(new AxisStream(Stream.Id, slot: -1, shard: 0), TimeSource.Stamped, 0, TestModels.RateHz, 1);
        await run.Pipeline.Inputs[0].WriteAsync(batch, TestContext.Current.CancellationToken);

        Exception fault = await Assert.ThrowsAnyAsync<ArgumentException>(() => run.Pipeline.RunAsync(TestContext.Current.CancellationToken));

        Assert.Same(fault, await Record.ExceptionAsync(() => run.Pipeline.Output.Completion));
        foreach (ChannelWriter<SampleBatch> input in run.Pipeline.Inputs)
        {
            var refusal = await Assert.ThrowsAsync<ChannelClosedException>(
                () => input.WriteAsync(run.Pipeline.SamplePool.Rent(), TestContext.Current.CancellationToken).AsTask());
            Assert.Same(fault, refusal.InnerException);
        }
    }

    private static long Seconds(int seconds) => seconds * TimeSpan.TicksPerSecond;

    /// <summary>Runs a stage over batches that all wait already: when each was received and how many samples it brings. Every look at the clock moves it.</summary>
    private static async Task<List<(int Windows, long Received)>> RunAsync(int msPerLook, params (long Received, int Samples)[] batches)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        using AutoencoderModel model = TestModels.LoadDense();
        var pool = new SampleBatchPool();
        var input = Channel.CreateBounded<SampleBatch>(batches.Length);
        var output = Channel.CreateBounded<ScoreBatch>(16);
        int at = 0;
        foreach ((long received, int samples) in batches)
        {
            SampleBatch batch = pool.Rent();
            batch.ReceivedTimestamp = received;
            batch.Append(Stream, TimeSource.Stamped, at * 1_000_000L, TestModels.RateHz, samples);
            at += samples;
            await input.Writer.WriteAsync(batch, cancellationToken);
        }

        input.Writer.Complete();
        var shardOutput = new ShardOutput(new ScoreBatchPool());
        var options = new DetectorOptions { MaxBatch = 16 };
        using var shard = new Shard(
            options, new ModelRegister(["*"]), [new ModelAssignment("*", model, [])], shardOutput, new BlockLedger(new StageCounters("score", "block"), TimeProvider.System, NullLogger.Instance), new StreamRegistry(1), NullLogger.Instance);
        await new ShardStage(0, shard, shardOutput, options, new StepTime(msPerLook * TimeSpan.TicksPerMillisecond)).RunAsync(input.Reader, output.Writer, cancellationToken);
        output.Writer.Complete();
        return await output.Reader.ReadAllAsync(cancellationToken).Select(batch => (batch.Count, batch.ReceivedTimestamp)).ToListAsync(cancellationToken);
    }

    private sealed class StepTime(long step) : TimeProvider
    {
        private long _now = Now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now += step;
    }
}
