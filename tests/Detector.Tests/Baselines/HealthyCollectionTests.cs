using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Baselines;
using Thrum.Detector.Tests.Checkpoints;

namespace Thrum.Detector.Tests.Baselines;

public sealed class HealthyCollectionTests
{
    // 20 s of baseline, then 60 s of healthy windows at four a second: 240, of which 96 are held out.
    private static readonly BaselineOptions Learning = BaselineRun.Quick with
    {
        Autoencoder = new LearningOptions { Enabled = true, Collect = TimeSpan.FromSeconds(60), MaxTrainingWindows = 100 },
    };

    [Fact]
    public async Task Run_LearningEnabled_KeepsEveryStrideThThenTheLastOnesWithoutAGap()
    {
        BaselineRun run = await BaselineRun.OfAsync(Noise(400, 1), 1000, TestContext.Current.CancellationToken, Learning);

        LearningPlan plan = run.Kept[0].Window.Plan;
        Assert.Equal(new LearningPlan(72, 2, 96), plan);
        Assert.Equal(Enumerable.Range(0, 168), run.Kept.Select(kept => kept.Window.Index));
        Assert.Equal(240, run.Kept[^1].Window.Seen);
        Assert.All(run.Kept, kept => Assert.Equal(BaselineRun.Window / 2, kept.Feature.Length));
        long[] heldOut = [.. run.Kept.Skip(73).Where(kept => kept.Window.Continues).Select(kept => kept.Window.TimeUnixNs)];
        Assert.True(heldOut.Length > 80, $"{heldOut.Length} of 95 continue");
    }

    [Fact]
    public async Task Run_LearningNotEnabled_KeepsNothing() =>
        Assert.Empty((await BaselineRun.OfAsync(Noise(400, 1), 1000, TestContext.Current.CancellationToken)).Kept);

    [Fact]
    public async Task Run_LouderAndQuieterStretches_AreLeftOut()
    {
        float[] samples = [.. Noise(150, 1), .. Noise(30, 2).Select(x => 3 * x), .. Noise(30, 3).Select(x => 0.2f * x), .. Noise(300, 4)];

        BaselineRun run = await BaselineRun.OfAsync(samples, 1000, TestContext.Current.CancellationToken, Learning);

        // After the louder stretch the alarm still stands for a few windows.
        Assert.InRange(run.Kept[^1].Window.LeftOut, 60, 75);
        long from = run.Windows[150].Window.TimeUnixNs, to = run.Windows[209].Window.TimeUnixNs;
        Assert.DoesNotContain(run.Kept, kept => kept.Window.TimeUnixNs >= from && kept.Window.TimeUnixNs <= to);
    }

    [Fact]
    public async Task Run_AnyBlockSize_KeepsTheSameWindows()
    {
        float[] samples = Noise(350, 1);
        BaselineRun reference = await BaselineRun.OfAsync(samples, samples.Length, TestContext.Current.CancellationToken, Learning);
        foreach (int blockSamples in (int[])[100, 257, 3000])
        {
            BaselineRun run = await BaselineRun.OfAsync(samples, blockSamples, TestContext.Current.CancellationToken, Learning);
            Assert.Equal(reference.Kept.Select(kept => (kept.Window.Index, kept.Window.Continues, kept.Window.TimeUnixNs)), run.Kept.Select(kept => (kept.Window.Index, kept.Window.Continues, kept.Window.TimeUnixNs)));
            Assert.Equal(reference.Kept.SelectMany(kept => kept.Feature), run.Kept.SelectMany(kept => kept.Feature));
        }
    }

    [Fact]
    public void Next_SavedAndLoadedAnywhere_GoesOnAsIfNothingHadHappened() =>
        Prop.ForAll(Gen.Choose(0, 500).ToArbitrary(), Gen.ArrayOf(Gen.Frequency((9, Gen.Constant(true)), (1, Gen.Constant(false))), 500).ToArbitrary(), (cut, healthy) =>
        {
            var plan = new LearningPlan(50, 3, 100);
            var whole = new HealthyCollection(plan);
            var first = new HealthyCollection(plan);
            var second = new HealthyCollection(plan);
            (int, bool)[] expected = [.. healthy.Select(h => Step(whole, h))];
            List<(int, bool)> found = [.. healthy.Take(cut).Select(h => Step(first, h))];
            Saved.Load(first, second);
            found.AddRange(healthy.Skip(cut).Select(h => Step(second, h)));
            Assert.Equal(expected, found);
            Assert.Equal((whole.Seen, whole.LeftOut), (second.Seen, second.LeftOut));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryLoad_AnotherPlan_StartsAnew()
    {
        var one = new HealthyCollection(new LearningPlan(50, 3, 100));
        _ = one.Next(true, out _);
        var other = new HealthyCollection(new LearningPlan(50, 2, 100));
        Saved.Refuse(one.Save, other);
        Assert.Equal(0, other.Seen);
    }

    [Theory]
    [InlineData(1024, 256, 3600, 0.4, 2048, 8192, 1728, 5, 5760)]
    [InlineData(8192, 2048, 10, 0.4, 2048, 8192, 120, 1, 80)]
    public void Of_SettingsAndRate_SplitTheTimeInTwo(double rate, int window, double seconds, double heldOut, int mostTraining, int mostHeldOut, int training, int stride, int held)
    {
        var options = new LearningOptions { Collect = TimeSpan.FromSeconds(seconds), HeldOut = heldOut, MaxTrainingWindows = mostTraining, MaxHeldOutWindows = mostHeldOut };
        Assert.Equal(new LearningPlan(training, stride, held), LearningPlan.Of(options, rate, window));
    }

    private static (int, bool) Step(HealthyCollection collection, bool isHealthy)
    {
        if (collection.IsComplete)
        {
            return (-2, false);
        }

        int index = collection.Next(isHealthy, out bool continues);
        return (index, continues);
    }

    private static float[] Noise(int windows, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, windows * BaselineRun.Window).Select(_ =>
            (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}
