using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Alarms;
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

    private static async Task CheckAsync(AutoencoderModel loaded, bool joint = false, bool withShadow = false)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        using AutoencoderModel model = loaded;
        var rule = new AlarmRuleOptions { Threshold = ThresholdKind.Fixed, Raise = 1e6 };
        using var pipeline = new DetectorPipeline(
            new DetectorOptions { Shards = 1 }, [new ModelAssignment("*", model, [rule.Resolve(model)])], TimeProvider.System, NullLogger<DetectorPipeline>.Instance);
        using AutoencoderModel shadow = TestModels.LoadRevision(("scale", "5"));
        if (withShadow)
        {
            pipeline.Begin(new ModelAssignment("*", shadow, [rule.Resolve(shadow)]) { Role = ModelRole.Shadow });
        }

        AxisStream[] streams = [.. Enumerable.Range(0, joint ? BlocksPerBatch - 1 : BlocksPerBatch).Select(i => pipeline.Streams.Resolve(new AxisId("m", "s", $"a{i}")))];
        Task run = pipeline.RunAsync(CancellationToken.None);

        int windows = await FeedAsync(pipeline, streams, 0, cancellationToken);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        windows += await FeedAsync(pipeline, streams, 1, cancellationToken);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        pipeline.Inputs[0].Complete();
        await run;
        Assert.Equal(2 * Batches * BlocksPerBatch * WindowsPerBlock - BlocksPerBatch, windows);
        Assert.True(allocated <= Batches * BytesPerBatch, $"{allocated} bytes in {Batches} batches of {BlocksPerBatch * WindowsPerBlock} windows");
    }

    /// <summary>Writes a round of batches, each after the scores of the one before, and returns how many windows came back.</summary>
    private static async Task<int> FeedAsync(DetectorPipeline pipeline, AxisStream[] streams, int round, CancellationToken cancellationToken)
    {
        int windows = 0;
        for (int i = 0; i < Batches; i++)
        {
            await pipeline.Inputs[0].WriteAsync(Fill(pipeline.SamplePool.Rent(), streams, (round * Batches) + i), cancellationToken);
            int expected = (BlocksPerBatch * WindowsPerBlock) - (round == 0 && i == 0 ? BlocksPerBatch : 0);
            for (int got = 0; got < expected;)
            {
                using ScoreBatch scores = await pipeline.Output.ReadAsync(cancellationToken);
                got += scores.Count;
                windows += scores.Count;
            }
        }

        return windows;
    }

    private static SampleBatch Fill(SampleBatch batch, AxisStream[] streams, int index)
    {
        const int Samples = WindowsPerBlock * TestModels.Hop;
        batch.ReceivedTimestamp = TimeProvider.System.GetTimestamp();
        foreach (AxisStream stream in streams)
        {
            Span<float> samples = batch.FreeSpan()[..Samples];
            for (int i = 0; i < Samples; i++)
            {
                samples[i] = (i % 17) - 8;
            }

            batch.Append(stream, TimeSource.Stamped, PipelineRun.Origin + ((long)index * Samples * 1_000_000), TestModels.RateHz, Samples);
        }

        return batch;
    }
}
