using Thrum.Training.Models;
using Thrum.Training.Studies;

namespace Thrum.Training.Tests.Studies;

public sealed class SkabSelectionTests
{
    [Fact]
    public void Run_OtherLabelsAndLaterRows_SelectTheSame()
    {
        SkabFile[] files = [Synthetic(1), Synthetic(2)];
        SkabFile[] others = [.. files.Select(file => file with
        {
            Rows = [.. file.Rows.Take(SkabFile.TrainRows), .. file.Rows.Skip(SkabFile.TrainRows).Select(row => row.Select(value => 50 - value).ToArray())],
            IsAnomalous = [.. file.IsAnomalous.Select(label => !label)],
        })];

        Assert.Equal(Select(files).ToString(), Select(others).ToString());
    }

    [Fact]
    public void Run_QuantityThatRamps_IsLeftOutAndTheOthersCount()
    {
        SkabFile[] files = [.. new[] { 3, 4, 5 }.Select(seed => Synthetic(seed)).Select(file => file with { Rows = [.. file.Rows.Select((row, i) => row[..^1].Append(row[^1] + (0.02 * i)).ToArray())] })];

        Assert.Equal(Enumerable.Range(0, SkabFile.Quantities - 1), new SkabSelection(files, CancellationToken.None).Stationary());
    }

    [Fact]
    public void Run_StationaryNoise_KeepsTheFalseAlarmRateOnRowsItNeverSaw()
    {
        SkabFile[] files = [.. Enumerable.Range(10, 6).Select(seed => Synthetic(seed))];
        SkabSettings settings = Select(files);

        double share = files.Average(file => SkabCausalRule.Alarms(file, settings.Causal).Average(alarm => alarm ? 1.0 : 0));
        Assert.InRange(share, 0, 0.05);
        Assert.InRange(settings.Causal.Limit.Factor, 1, 2);
        Assert.Contains(settings.Notebook, SkabNotebookRule.PublishedLimits);
    }

    private static SkabSettings Select(SkabFile[] files) => new SkabSelection(files, CancellationToken.None).Run();

    private static SkabFile Synthetic(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        double[][] rows = [.. Enumerable.Range(0, 1000).Select(_ => Enumerable.Range(0, SkabFile.Quantities).Select(_ => random.NextGaussian()).ToArray())];
        return new SkabFile("synthetic", rows, [.. Enumerable.Range(0, 1000).Select(row => row is >= 600 and < 800)]);
    }
}
