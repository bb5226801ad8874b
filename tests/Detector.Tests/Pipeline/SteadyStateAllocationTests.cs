using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Alarms;
using Thrum.Detector.Baselines;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Tests.Models;

namespace Thrum.Detector.Tests.Pipeline;

/// <summary>Alone in the process: it measures what every thread allocates.</summary>
[CollectionDefinition(nameof(SteadyStateAllocationTests), DisableParallelization = true)]
[Collection(nameof(SteadyStateAllocationTests))]
public sealed class SteadyStateAllocationTests
{
    private const int WindowsPerBlock = 100;
    private const int BlocksPerBatch = 4;
    private const int Batches = 500;
    private const int BaselineWindow = 64;

    // Waiting on the channels costs about 270 bytes a batch; 24 bytes a window would be 9,600.
    private const long BytesPerBatch = 512;

    [Fact]
    public async Task RunAsync_SteadyState_AllocatesNothingPerWindow() => await CheckAsync(TestModels.LoadDense());

    [Fact]
    public async Task RunAsync_SteadyStateWithAShadow_AllocatesNothingPerWindow() => await CheckAsync(TestModels.LoadDense(), withShadow: true);

    /// <summary>A joint window beside those of its axes: as many windows out as four axes give by themselves.</summary>
    [Fact]
    public async Task RunAsync_SteadyStateOfJointAxes_AllocatesNothingPerWindow() =>
        await CheckAsync(JointModels.LoadThreeAxes("""["a0","a1","a2"]""", hop: TestModels.Hop), joint: true);

    /// <summary>Learning and calibration end within the first round. The tests above have a baseline beside their model too.</summary>
    [Fact]
    public async Task RunAsync_SteadyStateOfBaselines_AllocatesNothingPerWindow()
    {
        var baseline = new BaselineOptions { Window = TimeSpan.FromMilliseconds(BaselineWindow) };
        using var pipeline = new DetectorPipeline(new DetectorOptions { Shards = 1, Baseline = baseline }, [], TimeProvider.System, NullLogger<DetectorPipeline>.Instance);
        await MeasureAsync(pipeline, Streams(pipeline, BlocksPerBatch), WindowsPerBlock * BaselineWindow, firstMissing: 0);
    }

    private static async Task CheckAsync(AutoencoderModel loaded, bool joint = false, bool withShadow = false)
    {
        using AutoencoderModel model = loaded;
        var rule = new AlarmRuleOptions { Threshold = ThresholdKind.Fixed, Raise = 1e6 };
        using var pipeline = new DetectorPipeline(
            new DetectorOptions { Shards = 1 }, [new ModelAssignment("*", model, [rule.Resolve(model)])], TimeProvider.System, NullLogger<DetectorPipeline>.Instance);
        using AutoencoderModel shadow = TestModels.LoadRevision(("scale", "5"));
        if (withShadow)
        {
            pipeline.Begin(new ModelAssignment("*", shadow, [rule.Resolve(shadow)]) { Role = ModelRole.Shadow });
        }

        await MeasureAsync(pipeline, Streams(pipeline, joint ? BlocksPerBatch - 1 : BlocksPerBatch), WindowsPerBlock * TestModels.Hop, firstMissing: BlocksPerBatch);
    }

    private static AxisStream[] Streams(DetectorPipeline pipeline, int count) =>
        [.. Enumerable.Range(0, count).Select(i => pipeline.Streams.Resolve(new AxisId("m", "s", $"a{i}")))];

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="streams">Its axes.</param>
    /// <param name="samples">Samples per block, which make as many windows as are counted.</param>
    /// <param name="firstMissing">Windows that the first batch does not give, because the first of each axis takes longer.</param>
    private static async Task MeasureAsync(DetectorPipeline pipeline, AxisStream[] streams, int samples, int firstMissing)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        Task run = pipeline.RunAsync(CancellationToken.None);

        int windows = await FeedAsync(pipeline, streams, samples, 0, firstMissing, cancellationToken);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        windows += await FeedAsync(pipeline, streams, samples, 1, firstMissing, cancellationToken);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        pipeline.Inputs[0].Complete();
        await run;
        Assert.Equal((2 * Batches * BlocksPerBatch * WindowsPerBlock) - firstMissing, windows);
        Assert.True(allocated <= Batches * BytesPerBatch, $"{allocated} bytes in {Batches} batches of {BlocksPerBatch * WindowsPerBlock} windows");
    }

    /// <summary>Writes a round of batches, each after the scores of the one before, and returns how many windows came back.</summary>
    private static async Task<int> FeedAsync(
        DetectorPipeline pipeline, AxisStream[] streams, int samples, int round, int firstMissing, CancellationToken cancellationToken)
    {
        int windows = 0;
        for (int i = 0; i < Batches; i++)
        {
            await pipeline.Inputs[0].WriteAsync(Fill(pipeline.SamplePool.Rent(), streams, samples, (round * Batches) + i), cancellationToken);
            int expected = (BlocksPerBatch * WindowsPerBlock) - (round == 0 && i == 0 ? firstMissing : 0);
            for (int got = 0; got < expected;)
            {
                using ScoreBatch scores = await pipeline.Output.ReadAsync(cancellationToken);
                got += scores.Count;
                windows += scores.Count;
            }
        }

        return windows;
    }

    private static SampleBatch Fill(SampleBatch batch, AxisStream[] streams, int count, int index)
    {
        batch.ReceivedTimestamp = TimeProvider.System.GetTimestamp();
        foreach (AxisStream stream in streams)
        {
            Span<float> samples = batch.FreeSpan()[..count];
            for (int i = 0; i < count; i++)
            {
                samples[i] = (i % 17) - 8;
            }

            batch.Append(stream, TimeSource.Stamped, PipelineRun.Origin + ((long)index * count * 1_000_000), TestModels.RateHz, count);
        }

        return batch;
    }
}
