using Thrum.Detector.Operating;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Tests.Pipeline;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Operating;

public sealed class OperatingGateTests
{
    private static readonly AxisId Axis = new("m", "s", "a");

    [Fact]
    public void Judge_LevelBetweenTheTwo_StaysAsItWas()
    {
        var gate = new OperatingGate(new OperatingOptions { RunningAbove = 2, StoppedBelow = 1 });

        WindowStatus[] states = [.. new[] { 1.5f, 2.5f, 1.5f, 0.5f, 1.5f, 2.5f }.Select((level, i) => gate.Judge(Square(level), i, TestModels.RateHz))];

        Assert.Equal([WindowStatus.Stopped, WindowStatus.Valid, WindowStatus.Valid, WindowStatus.Stopped, WindowStatus.Stopped, WindowStatus.Valid], states);
    }

    [Fact]
    public void Judge_StartAfterAStandstill_WarmsUpForTheStatedTime()
    {
        var gate = new OperatingGate(new OperatingOptions { RunningAbove = 1, StopAfter = Seconds(2), StartUp = Seconds(3) });

        string states = string.Concat("RSRRSSRRRRR".Select((c, i) => gate.Judge(Square(c == 'R' ? 1 : 0.1f), i * 1_000_000_000L, TestModels.RateHz) switch
        {
            WindowStatus.Stopped => 's',
            WindowStatus.WarmingUp => 'w',
            _ => 'v',
        }));

        Assert.Equal("vsvvsswwwvv", states);
    }

    [Fact]
    public void Judge_ShortStandstillDuringStartUp_DoesNotProlongIt()
    {
        var gate = new OperatingGate(new OperatingOptions { RunningAbove = 1, StopAfter = Seconds(2), StartUp = Seconds(4) });

        string states = string.Concat("SSSRSRRRR".Select((c, i) => gate.Judge(Square(c == 'R' ? 1 : 0.1f), i * 1_000_000_000L, TestModels.RateHz) switch
        {
            WindowStatus.Stopped => 's',
            WindowStatus.WarmingUp => 'w',
            _ => 'v',
        }));

        Assert.Equal("ssswswwvv", states);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    [InlineData(4096)]
    public void Rms_BesideALargeMean_IsThatOfTheRest(int count)
    {
        float[] samples = [.. Enumerable.Range(0, count).Select(i => 9.81f + (float)(0.01 * Math.Sin(i * 0.7)))];
        double mean = samples.Average(x => (double)x);

        Assert.Equal(Math.Sqrt(samples.Average(x => (x - mean) * (x - mean))), OperatingGate.Rms(samples), 1e-6);
    }

    [Fact]
    public async Task RunAsync_MachineStops_LeavesItsWindowsUnscoredAndSaysWhy()
    {
        var options = new DetectorOptions
        {
            Shards = 1,
            Operating = [new OperatingOptions { Match = "m/*", RunningAbove = 0.1, StartUp = Seconds(0.2) }],
        };
        using var run = new PipelineRun(options);
        TestBlock[] blocks = [.. Enumerable.Range(0, 60).Select(i => TestBlock.Noise(Axis, i, 100, i is >= 20 and < 40 ? 0.001 : 1))];
        blocks[50].Samples[0] = float.NaN;

        await run.FeedAsync(blocks, TestContext.Current.CancellationToken);

        WindowStatus[] states = [.. run.Of(Axis).Select(window => window.Status)];
        Assert.All(run.Of(Axis), window => Assert.Equal(window.Status != WindowStatus.NotCalibrated, float.IsNaN(window.Score)));
        Assert.Equal(
            [WindowStatus.NotCalibrated, WindowStatus.Stopped, WindowStatus.WarmingUp, WindowStatus.NotCalibrated, WindowStatus.NonFinite, WindowStatus.NotCalibrated],
            states.Where((status, i) => i == 0 || status != states[i - 1]));
        Assert.InRange(states.Count(status => status == WindowStatus.WarmingUp), 12, 13);
    }

    [Fact]
    public void Faults_LevelsThatCannotBe_AreNamed()
    {
        Assert.NotEmpty(new OperatingOptions().Faults());
        Assert.NotEmpty(new OperatingOptions { RunningAbove = 1, StoppedBelow = 2 }.Faults());
        Assert.Empty(new OperatingOptions { RunningAbove = 1, StoppedBelow = 1 }.Faults());
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static float[] Square(float level) => [.. Enumerable.Range(0, TestModels.Window).Select(i => i % 2 == 0 ? level + 5 : 5 - level)];
}
