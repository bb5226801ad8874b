using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Alarms;
using Thrum.Detector.Baselines;
using Thrum.Detector.Measures;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Stages;
using Thrum.Detector.Tests.Models;

namespace Thrum.Detector.Tests.Pipeline;

/// <summary>Alone in the process: it measures all memory.</summary>
[Collection(nameof(SteadyStateAllocationTests))]
public sealed class IdleMemoryTests
{
    // Two of three windows of 256 samples; the third is the part of a window that waits.
    private const int MostBytes = 2 * 256 * sizeof(float);

    // What the baseline keeps of an axis beside a model: some numbers for each bin of its spectrum, and its part of a window.
    private const int MostBytesOfBaseline = 4 * 1024;

    [Theory]
    [InlineData(false, MostBytes)]
    [InlineData(true, MostBytes + MostBytesOfBaseline)]
    public void Process_FurtherSensorsThatGoIdle_TakeLessThanTwoWindowsBesideTheirPartOfOne(bool hasBaseline, int most)
    {
        const int Few = 1_000, Many = 5_000;
        using AutoencoderModel model = TestModels.LoadDense();
        var rule = new AlarmRuleOptions { Threshold = ThresholdKind.Fixed, Raise = 1e6 };
        // What the measurement buffer takes is stated apart.
        var options = new DetectorOptions { Shards = 1, Baseline = new BaselineOptions { BesideModels = hasBaseline }, Measures = new MeasureOptions { Buffer = TimeSpan.Zero } };
        var assignment = new ModelAssignment("*", model, [rule.Resolve(model)]);
        var register = new ModelRegister(["*"]);
        register.Add(assignment);
        var streams = new StreamRegistry(1);
        var output = new ShardOutput(new ScoreBatchPool());
        var ledger = new BlockLedger(new StageCounters("score", "block", () => 0), TimeProvider.System, NullLogger.Instance);
        using var shard = new Shard(options, register, [assignment], output, ledger, streams, NullLogger.Instance);

        Feed(shard, streams, output, 0, Few);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Feed(shard, streams, output, Few, Many);
        long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (Many - Few);

        long beside = each - (TestModels.Window * sizeof(float));
        Assert.True(beside > 0 && beside < most, $"{beside} bytes for each sensor beside its part of a window, the limit is {most}");
    }

    private static void Feed(Shard shard, StreamRegistry streams, ShardOutput output, int first, int end)
    {
        // Three windows, and a part of one that waits.
        float[] samples = [.. Enumerable.Range(0, (4 * TestModels.Hop) + 4).Select(i => (float)Math.Sin(i))];
        for (int i = first; i < end; i++)
        {
            AxisStream stream = streams.Resolve(new AxisId($"m{i / 8}", $"s{i % 8}", "x"));
            for (int block = 0; block < 3; block++)
            {
                long time = PipelineRun.Origin + (block * samples.Length * 1_000_000L);
                shard.Process(new SampleBlock(stream, TimeSource.Stamped, time, TestModels.RateHz, 0, samples.Length), samples);
            }

            shard.FlushLanes();
            output.Take().Dispose();
        }
    }
}
