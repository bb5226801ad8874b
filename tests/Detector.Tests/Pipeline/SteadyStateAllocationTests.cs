using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Alarms;
using Thrum.Detector.Baselines;
using Thrum.Detector.Models;
using Thrum.Detector.Operating;
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

    // An object for each block that waits would be about 1,000 bytes a batch.
    private const int HeldPerAxis = 4;

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

    /// <summary>Each block waits until the speed is told that the machine had at its end.</summary>
    [Fact]
    public async Task RunAsync_SteadyStateOfBlocksThatWaitForTheSpeed_AllocatesNothingPerWindow() =>
        await CheckAsync(TestModels.LoadDense(), new DetectorOptions { Shards = 1, Lateness = TimeSpan.Zero, Operating = [new OperatingOptions { Source = "tacho/rpm", RunningAbove = 1 }] });

    private static async Task CheckAsync(AutoencoderModel loaded, DetectorOptions? options = null, bool joint = false, bool withShadow = false)
    {
        using AutoencoderModel model = loaded;
        var rule = new AlarmRuleOptions { Threshold = ThresholdKind.Fixed, Raise = 1e6 };
        using var pipeline = new DetectorPipeline(
            options ?? new DetectorOptions { Shards = 1 }, [new ModelAssignment("*", model, [rule.Resolve(model)])], TimeProvider.System, NullLogger<DetectorPipeline>.Instance);
        using AutoencoderModel shadow = TestModels.LoadRevision(("scale", "5"));
        if (withShadow)
        {
            pipeline.Begin(new ModelAssignment("*", shadow, [rule.Resolve(shadow)]) { Role = ModelRole.Shadow });
        }

        await MeasureAsync(pipeline, Streams(pipeline, joint ? BlocksPerBatch - 1 : BlocksPerBatch), WindowsPerBlock * TestModels.Hop, firstMissing: BlocksPerBatch, hasSpeed: options is not null);
    }

    private static AxisStream[] Streams(DetectorPipeline pipeline, int count) =>
        [.. Enumerable.Range(0, count).Select(i => pipeline.Streams.Resolve(new AxisId("m", "s", $"a{i}")))];

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="streams">Its axes.</param>
    /// <param name="samples">Samples per block, which make as many windows as are counted.</param>
    /// <param name="firstMissing">Windows that the first batch does not give, because the first of each axis takes longer.</param>
    /// <param name="hasSpeed">Whether the speed at the end of each batch comes behind it.</param>
    private static async Task MeasureAsync(DetectorPipeline pipeline, AxisStream[] streams, int samples, int firstMissing, bool hasSpeed = false)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        Task run = pipeline.RunAsync(CancellationToken.None);

        int windows = await FeedAsync(pipeline, streams, samples, 0, firstMissing, hasSpeed, cancellationToken);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        windows += await FeedAsync(pipeline, streams, samples, 1, firstMissing, hasSpeed, cancellationToken);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        pipeline.Inputs[0].Complete();
        await run;
        Assert.Equal((2 * Batches * BlocksPerBatch * WindowsPerBlock) - firstMissing, windows);
        Assert.True(allocated <= Batches * BytesPerBatch, $"{allocated} bytes in {Batches} batches of {BlocksPerBatch * WindowsPerBlock} windows");
    }

    /// <summary>Writes a round of batches, each after the scores of the one before, and returns how many windows came back.</summary>
    private static async Task<int> FeedAsync(
        DetectorPipeline pipeline, AxisStream[] streams, int samples, int round, int firstMissing, bool hasSpeed, CancellationToken cancellationToken)
    {
        AxisStream? tacho = hasSpeed ? pipeline.Streams.Resolve(new AxisId("m", "tacho", "rpm")) : null;
        int windows = 0, pieces = hasSpeed ? HeldPerAxis : 1;
        for (int i = 0; i < Batches; i++)
        {
            SampleBatch batch = pipeline.SamplePool.Rent();
            for (int piece = 0; piece < pieces; piece++)
            {
                Fill(batch, streams, samples / pieces, (((round * Batches) + i) * pieces) + piece);
            }

            if (tacho is not null)
            {
                batch.FreeSpan()[0] = 1000;
                batch.Append(tacho, TimeSource.Stamped, TimeOf((round * Batches) + i + 1, samples), 1, 1);
            }

            await pipeline.Inputs[0].WriteAsync(batch, cancellationToken);
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

    private static void Fill(SampleBatch batch, AxisStream[] streams, int count, int index)
    {
        batch.ReceivedTimestamp = TimeProvider.System.GetTimestamp();
        foreach (AxisStream stream in streams)
        {
            Span<float> samples = batch.FreeSpan()[..count];
            for (int i = 0; i < count; i++)
            {
                samples[i] = (i % 17) - 8;
            }

            batch.Append(stream, TimeSource.Stamped, TimeOf(index, count), TestModels.RateHz, count);
        }
    }

    private static long TimeOf(int batch, int samples) => PipelineRun.Origin + ((long)batch * samples * 1_000_000);
}
