using Thrum.Training.Data;
using Thrum.Training.Models;
using Thrum.Training.Search;
using Thrum.Training.Trainer;

namespace Thrum.Training.Tests.Search;

public sealed class HyperparameterSearchTests : IDisposable
{
    private static readonly SearchData Data = new(Recordings(Signal(3000, 1, 0), Signal(2000, 2, 0)), Recordings(Signal(1000, 3, 3)), 1000);
    private static readonly TrialSetup Base = new(new TrainingOptions { Model = "", Epochs = 20, BatchSize = 32, Restarts = 0, LearningRate = 3e-3 }, 32, 16);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");

    private string Log => Path.Combine(_folder.FullName, "trials.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Run_OneOrTwoAtATime_GivesTheSameAndTellsGoodFromBad()
    {
        IReadOnlyList<SearchPoint> points = SearchSpace.Parse(["learning-rate=1e-6|1e-2", "noise=none|0.1"]).Grid();
        var search = new HyperparameterSearch(Data, Base, "mse", 3);
        Assert.Empty(search.Faults(points));

        IReadOnlyList<TrialResult> one = search.Run(points, Log, 1, null, TestContext.Current.CancellationToken);
        IReadOnlyList<TrialResult> two = search.Run(points, Log + "2", 2, null, TestContext.Current.CancellationToken);

        Assert.Equal(one.Select(trial => trial.Folds), two.Select(trial => trial.Folds));
        Assert.All(one, trial => Assert.Equal([0, 1, 2], trial.Folds.Select(fold => fold.Fold)));
        Assert.True(one[2].Objective < 0.5 * one[0].Objective, $"{one[2].Objective} against {one[0].Objective}");
        Assert.True(one[2].Auroc > 0.9, $"{one[2].Auroc}");
        Assert.Equal(0, one[2].Collapsed);
    }

    [Fact]
    public void Run_WithALogOfBefore_TrainsOnlyWhatIsMissing()
    {
        IReadOnlyList<SearchPoint> points = SearchSpace.Parse(["seed=1|2"]).Grid();
        var search = new HyperparameterSearch(Data, Base with { Options = Base.Options with { Epochs = 1 } }, "mse", 3);
        IReadOnlyList<TrialResult> whole = search.Run(points, Log, 1, null, TestContext.Current.CancellationToken);
        string[] lines = File.ReadAllLines(Log);
        Assert.Equal(6, lines.Length);

        // The search was stopped while it wrote its third line.
        File.WriteAllText(Log, lines[0] + "\n" + lines[1] + "\n" + lines[2][..20]);
        IReadOnlyList<TrialResult> resumed = search.Run(points, Log, 1, null, TestContext.Current.CancellationToken);

        Assert.Equal(whole.Select(trial => trial.Folds), resumed.Select(trial => trial.Folds));
        Assert.Equal([.. lines[..2], lines[2][..20], .. lines[2..]], File.ReadAllLines(Log));
        var other = new HyperparameterSearch(Data with { SampleRateHz = 500 }, Base, "mse", 3);
        _ = other.Run([points[0]], Log, 1, null, TestContext.Current.CancellationToken);
        Assert.Equal(10, File.ReadAllLines(Log).Length);
    }

    [Fact]
    public void Run_Log_HasTheValuesOfThePointAndNullForNaN()
    {
        IReadOnlyList<SearchPoint> points = SearchSpace.Parse(["loss=mse+weights(l2)", "window=2048"]).Grid();
        var search = new HyperparameterSearch(Data, Base with { HopSamples = 0 }, "mse", 3);
        _ = search.Run(points, Log, 1, null, TestContext.Current.CancellationToken);

        Assert.All(File.ReadAllLines(Log), line => Assert.EndsWith(",\"point\":{\"loss\":\"mse+weights(l2)\",\"window\":\"2048\"}}", line, StringComparison.Ordinal));
        Assert.All(File.ReadAllLines(Log), line => Assert.Contains(",\"objective\":null,\"auroc\":null,", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Run_WithALogOfAnEarlierVersion_TrainsNothingAgain()
    {
        IReadOnlyList<SearchPoint> points = SearchSpace.Parse(["seed=1"]).Grid();
        var search = new HyperparameterSearch(Data with { Faulty = null }, Base with { Options = Base.Options with { Epochs = 1 } }, "mse", 3);
        IReadOnlyList<TrialResult> whole = search.Run(points, Log, 1, null, TestContext.Current.CancellationToken);

        // It had NaN as a text, and no point.
        string[] lines = [.. File.ReadAllLines(Log).Select(line => line.Replace("\"auroc\":null", "\"auroc\":\"NaN\"", StringComparison.Ordinal).Replace(",\"point\":{\"seed\":\"1\"}", "", StringComparison.Ordinal))];
        Assert.All(lines, line => Assert.Contains("NaN", line, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.DoesNotContain("point", line, StringComparison.Ordinal));
        File.WriteAllLines(Log, lines);
        IReadOnlyList<TrialResult> resumed = search.Run(points, Log, 1, null, TestContext.Current.CancellationToken);

        Assert.Equal(whole.Select(trial => trial.Folds), resumed.Select(trial => trial.Folds));
        Assert.Equal(lines, File.ReadAllLines(Log));
    }

    [Fact]
    public void Faults_OfPoints_NameThePoint()
    {
        var search = new HyperparameterSearch(Data, Base, "mse", 3);
        string[] faults = [.. search.Faults(SearchSpace.Parse(["model=dense:32-8-32|dense:16-8-16", "batch=8|x"]).Grid())];
        Assert.Equal(
            [
                "model=dense:32-8-32 batch=x: batch is 'x'; expected a whole number",
                "model=dense:16-8-16 batch=8: dense:16-8-16 takes windows of 16 samples; expected 32, the window",
                "model=dense:16-8-16 batch=x: batch is 'x'; expected a whole number",
            ],
            faults);
    }

    [Fact]
    public void Run_WindowLongerThanAFold_FailsThatPointOnly()
    {
        IReadOnlyList<SearchPoint> points = SearchSpace.Parse(["window=32|2048"]).Grid();
        IReadOnlyList<TrialResult> results = new HyperparameterSearch(Data, Base with { HopSamples = 0, Options = Base.Options with { Epochs = 1 } }, "mse", 3)
            .Run(points, Log, 1, null, TestContext.Current.CancellationToken);
        Assert.True(double.IsFinite(results[0].Objective));
        Assert.True(double.IsNaN(results[1].Objective));
        Assert.All(results[1].Folds, fold => Assert.Equal("there is no test window of 2048 samples; expected longer recordings or fewer folds", fold.Fault));
    }

    [Fact]
    public void Run_TwoAxesFromDiskOrMemory_GivesTheSameAndSeesBothAxes()
    {
        float[][] signals = [Signal(2000, 1, 0), Signal(2000, 2, 0)];
        using var spool = new SampleSpool();
        foreach (float[] signal in signals)
        {
            spool.Append(spool.Begin(), signal);
        }

        TrialSetup setup = Base with { Options = Base.Options with { Epochs = 2 } };
        IReadOnlyList<SearchPoint> points = SearchSpace.Parse(["seed=1|2"]).Grid();
        IReadOnlyList<TrialResult> Search(ISampleSource samples, string log) =>
            new HyperparameterSearch(new SearchData(new AxisSamples(samples, 2), null, 1000), setup, "mse", 3).Run(points, log, 1, null, TestContext.Current.CancellationToken);
        IReadOnlyList<TrialResult> memory = Search(new MemorySamples([.. signals.Select(signal => new ReadOnlyMemory<float>(signal))]), Log), disk = Search(spool, Log + "2");

        Assert.Equal(memory.Select(trial => trial.Folds), disk.Select(trial => trial.Folds));
        Assert.All(memory.SelectMany(trial => trial.Folds), fold => Assert.Equal("", fold.Fault));
        var wrong = new HyperparameterSearch(new SearchData(new AxisSamples(spool, 2), null, 1000), setup with { Options = setup.Options with { Model = "dense:32-8-32", Loss = "mse+fft(3)" } }, "mse", 3);
        Assert.Equal(
            ["seed=1: dense:32-8-32 takes windows of 32 samples; expected 64, the window of 2 axes", "seed=1: loss mse+fft(3); expected no fft(…) for several axes together, because a loss sees them one after the other as one window"],
            wrong.Faults([points[0]]));
    }

    private static AxisSamples Recordings(params float[][] signals) => new(new MemorySamples([.. signals.Select(signal => new ReadOnlyMemory<float>(signal))]));

    /// <summary>Two tones with a little noise; a fault adds a third.</summary>
    private static float[] Signal(int length, ulong seed, double fault)
    {
        var random = new SeededRandom(seed);
        double phase = 6 * random.NextSingle();
        return [.. Enumerable.Range(0, length).Select(i =>
            (float)(Math.Sin((0.31 * i) + phase) + (0.6 * Math.Sin(0.83 * i)) + (fault * Math.Sin(2.1 * i)) + (0.1 * random.NextGaussian())))];
    }
}
