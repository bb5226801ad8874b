using Thrum.Detector.Alarms;
using Thrum.Detector.Baselines;
using Thrum.Detector.Evidence;
using Thrum.Detector.Tests.Checkpoints;

namespace Thrum.Detector.Tests.Baselines;

public sealed class BaselineTests
{
    // 10 s to learn, 10 s to calibrate, at four windows a second.
    private const int LearningWindows = 80;
    private const int Healthy = 200;

    [Fact]
    public async Task Run_HealthySignal_WarmsUpForTheStatedTimeThenHasScoresAndNoAlarm()
    {
        BaselineRun run = await BaselineRun.OfAsync(Noise(Healthy, 1), 1000, TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Repeat("warmingUp", LearningWindows).Concat(Enumerable.Repeat("valid", Healthy - LearningWindows)), run.Statuses);
        Assert.All(run.Windows.Take(LearningWindows), entry => Assert.True(float.IsNaN(entry.Window.Score) && entry.Metrics.Length == 0));
        Assert.All(run.Windows, entry => Assert.Equal("baseline", entry.Window.Model.Name));
        Assert.All(run.Windows.Skip(LearningWindows), entry => Assert.Equal(6, entry.Window.Threshold));
        Assert.Empty(run.Transitions);
        Assert.Single(run.Log.Lines, line => line.Contains("press/gearbox/x is scored against its own baseline", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_LouderMachine_AlarmsByNameWithinTheThirdWindow()
    {
        float[] samples = [.. Noise(Healthy, 1), .. Noise(8, 2).Select(x => 3 * x)];

        BaselineRun run = await BaselineRun.OfAsync(samples, 777, TestContext.Current.CancellationToken);

        AlarmTransition rms = Assert.Single(run.Transitions, transition => transition.RuleId == "baseline-rms");
        Assert.Equal(("rms-deviation", AlarmSeverity.Alarm, 6.0), (rms.Metric, rms.Severity, rms.Threshold));
        Assert.Equal(run.Windows[Healthy + 2].Window.TimeUnixNs, rms.EventTimeUnixNs);
        Assert.DoesNotContain(run.Transitions, transition => transition.RuleId == "baseline-kurtosis");
    }

    [Fact]
    public async Task Run_NewLineInTheNoise_AlarmsOnTheSpectrumAlone()
    {
        BaselineOptions second = new() { Window = TimeSpan.FromSeconds(1), Learning = TimeSpan.FromSeconds(60), Calibration = TimeSpan.FromSeconds(60) };
        float[] samples = Noise(4 * 140, 1);
        for (int i = 130 * 1024; i < samples.Length; i++)
        {
            samples[i] += 1.1f * MathF.Sin(2 * MathF.PI * 200 * i / (float)BaselineRun.RateHz);
        }

        BaselineRun run = await BaselineRun.OfAsync(samples, 4096, TestContext.Current.CancellationToken, second);

        Assert.Equal(["baseline-spectrum"], run.Transitions.Select(transition => transition.RuleId));
        Assert.Equal("z2-up-deviation", run.Transitions[0].Metric);

        // The evidence shows the line beside what the axis was; bins are 4 Hz wide.
        AlarmEvidence evidence = run.Evidence.First(evidence => evidence.TransitionId == run.Transitions[0].Id);
        Assert.Equal(200, evidence.TopBins[0].FrequencyHz, 4.1);
        Assert.True(evidence.TopBins[0].Amplitude > 1 + evidence.TopBins[0].Reconstructed);
        Assert.Equal(("baseline", 128), (evidence.Decision?.Scorer, evidence.Window.Values.Count));
        Assert.NotNull(evidence.Measure.Rms);
    }

    [Fact]
    public async Task Run_Impacts_WarnByKurtosis()
    {
        float[] samples = Noise(Healthy + 8, 1);
        for (int i = Healthy * BaselineRun.Window; i < samples.Length; i += 128)
        {
            samples[i] += 8;
        }

        BaselineRun run = await BaselineRun.OfAsync(samples, 4096, TestContext.Current.CancellationToken);

        AlarmTransition kurtosis = Assert.Single(run.Transitions, transition => transition.RuleId == "baseline-kurtosis");
        Assert.Equal(("kurtosis-deviation", AlarmSeverity.Warning), (kurtosis.Metric, kurtosis.Severity));
    }

    [Theory]
    [InlineData("2 of (rms, z2-up, kurtosis)", true)]
    [InlineData("all(rms, kurtosis)", false)]
    [InlineData("any(kurtosis, crest)", false)]
    [InlineData("min-p(rms, kurtosis)", true)]
    public async Task Run_LouderMachine_AlarmsByACombinationThatHoldsOnly(string combine, bool raises)
    {
        float[] samples = [.. Noise(Healthy, 1), .. Noise(8, 2).Select(x => 3 * x)];

        BaselineRun run = await BaselineRun.OfAsync(samples, 1000, TestContext.Current.CancellationToken, BaselineRun.Quick with { Combine = combine });

        AlarmTransition[] combined = [.. run.Transitions.Where(transition => transition.RuleId == "baseline-combined")];
        Assert.Equal(raises ? 1 : 0, combined.Length);
        Assert.All(combined, transition => Assert.Equal((combine, 9.006), (transition.Metric, Math.Round(transition.Threshold, 3))));
        Assert.All(combined, transition => Assert.Contains(", led by ", transition.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("any(rms)")]
    [InlineData("any(rms, mse)")]
    [InlineData("6 of (rms, crest)")]
    [InlineData("rms")]
    public void Faults_ACombinationThatIsNone_IsNamed(string combine) => Assert.Single(new BaselineOptions { Combine = combine }.Faults());

    [Fact]
    public async Task Run_QuieterMachine_RaisesNothing()
    {
        float[] samples = [.. Noise(Healthy, 1), .. Noise(20, 2).Select(x => 0.2f * x)];

        Assert.Empty((await BaselineRun.OfAsync(samples, 1000, TestContext.Current.CancellationToken)).Transitions);
    }

    [Fact]
    public async Task Run_MachineThatStartsWhileLearning_LearnsAnew()
    {
        float[] samples = [.. Noise(50, 1).Select(x => 0.001f * x), .. Noise(160, 2)];

        BaselineRun run = await BaselineRun.OfAsync(samples, 1000, TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Repeat("warmingUp", 160).Concat(Enumerable.Repeat("valid", 50)), run.Statuses);
        Assert.Single(run.Log.Lines, line => line.Contains("learning begins anew", StringComparison.Ordinal));
        Assert.Empty(run.Transitions);
    }

    [Fact]
    public async Task Run_AnyBlockSize_GivesTheSameScoresAndTransitions()
    {
        float[] samples = [.. Noise(100, 1), .. Noise(8, 2).Select(x => 3 * x)];
        BaselineRun reference = await BaselineRun.OfAsync(samples, samples.Length, TestContext.Current.CancellationToken);

        foreach (int blockSamples in (int[])[100, 255, 256, 3000])
        {
            Assert.Equal(reference.Lines(), (await BaselineRun.OfAsync(samples, blockSamples, TestContext.Current.CancellationToken)).Lines());
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(float.NaN)]
    public async Task Run_SilentOrBrokenSensor_HasFiniteScoresOrSaysSo(float value)
    {
        float[] samples = [.. Noise(Healthy, 1), .. Enumerable.Repeat(value, 10 * BaselineRun.Window)];

        BaselineRun run = await BaselineRun.OfAsync(samples, 1000, TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Repeat(float.IsNaN(value) ? "nonFinite" : "valid", 10), run.Statuses.Skip(Healthy));
        Assert.All(run.Windows.SelectMany(entry => entry.Metrics), metric => Assert.True(float.IsFinite(metric)));
    }

    /// <summary>The formulas, in plain loops.</summary>
    [Fact]
    public void Next_AfterLearning_IsTheDeviationOfTheLogarithms()
    {
        var random = new Random(5);
        double[][] bins = [.. Enumerable.Range(0, 61).Select(_ => Enumerable.Range(0, 8).Select(_ => random.NextDouble()).ToArray())];
        double[][] scores = [.. Enumerable.Range(0, 61).Select(_ => new[] { 1 + (0.5 * random.NextDouble()), 3 + random.NextDouble(), 4 + random.NextDouble(), 0, 0 })];
        var state = new BaselineState(8, 30, 30);
        float[] values = new float[BaselineScores.Values];
        BaselineStep[] steps = [.. bins.Zip(scores, (b, s) => state.Next(Singles(b), s, values, new float[8]))];

        Assert.Equal([.. Enumerable.Repeat(BaselineStep.Learning, 59), BaselineStep.Learned, BaselineStep.Scored], steps);
        double[][] learned = [.. Enumerable.Range(0, 8).Select(bin => bins.Take(30).Select(window => window[bin]).ToArray())];
        double[][] z = [.. bins.Select(window => window.Select((x, bin) => (x - learned[bin].Average()) / Deviation(learned[bin])).ToArray())];
        for (int window = 30; window < 61; window++)
        {
            scores[window][3] = z[window].Average(x => x * x);
            scores[window][4] = z[window].Average(x => Math.Max(x, 0) * Math.Max(x, 0));
        }

        for (int score = 0; score < 5; score++)
        {
            double[] logs = [.. scores.Skip(30).Take(30).Select(window => Math.Log(window[score]))];
            double expected = (Math.Log(scores[60][score]) - logs.Average()) / Math.Max(0.05, Deviation(logs));
            Assert.Equal(expected, values[BaselineScores.Deviation(score)], 1e-3);
            Assert.Equal(scores[60][score], values[1 + score], 1e-4);
        }

        Assert.Equal(new[] { 0, 1, 4 }.Max(score => values[BaselineScores.Deviation(score)]), values[0]);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(40)]
    [InlineData(70)]
    public void Load_OfSaved_GoesOnAsIfNothingHadHappened(int windowsBefore)
    {
        var random = new Random(6);
        var one = new BaselineState(4, 30, 30);
        Feed(one, random, windowsBefore);

        BaselineState other = Saved.Load(one, new BaselineState(4, 30, 30));

        Assert.Equal(one.IsLearned, other.IsLearned);
        Assert.Equal(Feed(one, new Random(7), 60), Feed(other, new Random(7), 60));
    }

    [Fact]
    public void Load_OfAnotherWindowLength_StartsAnew()
    {
        var one = new BaselineState(4, 30, 30);
        Feed(one, new Random(6), 40);
        var other = new BaselineState(8, 30, 30);

        Saved.Refuse(one.Save, other);

        Assert.Equal(BaselineStep.Learning, other.Next(new float[8], new double[] { 1, 3, 4, 0, 0 }, new float[BaselineScores.Values], new float[8]));
    }

    private static float[] Feed(BaselineState state, Random random, int windows)
    {
        float[] values = new float[BaselineScores.Values];
        for (int i = 0; i < windows; i++)
        {
            float[] bins = [.. Enumerable.Range(0, 4).Select(_ => random.NextSingle())];
            state.Next(bins, new[] { 1 + (0.1 * random.NextDouble()), 3, 4, 0, 0 }, values, new float[4]);
        }

        return values;
    }

    private static float[] Singles(double[] values) => [.. values.Select(value => (float)value)];

    private static double Deviation(double[] values) => Math.Sqrt(values.Average(value => Math.Pow(value - values.Average(), 2)));

    private static float[] Noise(int windows, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, windows * BaselineRun.Window).Select(_ =>
            (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}
