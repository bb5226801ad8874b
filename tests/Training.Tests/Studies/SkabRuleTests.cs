using Thrum.Training.Evaluation;
using Thrum.Training.Studies;

namespace Thrum.Training.Tests.Studies;

public sealed class SkabRuleTests
{
    private static readonly SkabCausalSettings Causal = new([.. Enumerable.Range(0, SkabFile.Quantities)], 10, new SkabLimit(0.999, 1.5));

    [Fact]
    public void Reachable_LeavesOutTheFirst59AndTheLast118Rows()
    {
        bool[] reachable = SkabNotebookRule.Reachable(300);
        Assert.Equal(59, Array.IndexOf(reachable, true));
        Assert.Equal(300 - 118 - 1, Array.LastIndexOf(reachable, true));
        Assert.Equal(300 - 118 - 59, reachable.Count(flag => flag));
    }

    [Fact]
    public void FlagsOfZeroModel_OfAStep_FlagsRowsWithAllWindowsBeforeThemBeyondTheLimit()
    {
        // The training windows score about 8 · 0.8; from row 650 on every row scores 40 and more.
        SkabFile file = Synthetic(row => row >= 650 ? 50 : 0);
        bool[] flags = SkabNotebookRule.FlagsOfZeroModel(file);

        // The limit lies below a window with a few rows of the step, so the first of the 59 windows begins some rows before it.
        int first = Array.IndexOf(flags, true);
        Assert.InRange(first, 250, 250 + 59);
        Assert.Equal(flags.Length - 118 - 1, Array.LastIndexOf(flags, true));
        Assert.DoesNotContain(false, flags[first..^118]);
    }

    [Theory]
    [InlineData(58, 0)]
    [InlineData(59, 1)]
    [InlineData(70, 12)]
    [InlineData(141, 83)]
    public void FlagShare_CountsRowsWhose59WindowsAllExceed(int above, int flagged) =>
        Assert.Equal(flagged / 83.0, SkabNotebookRule.FlagShare([.. Enumerable.Range(0, 141).Select(i => i < above ? 2.0 : 0.5)], 1));

    [Fact]
    public void CausalAlarms_DoNotDependOnLaterRows()
    {
        SkabFile file = Synthetic(row => row is >= 600 and < 800 ? 20 : 0);
        bool[] whole = SkabCausalRule.Alarms(file, Causal);
        SkabFile cut = file with { Rows = [.. file.Rows.Take(700)], IsAnomalous = file.IsAnomalous[..700] };
        Assert.Equal(whole[..300], SkabCausalRule.Alarms(cut, Causal));
        Assert.Contains(true, whole[200..400]);
        Assert.DoesNotContain(true, whole[..200]);
    }

    [Fact]
    public void Rates_CountRowsBeforeTheEventAndEventsFound()
    {
        SkabFile file = Synthetic(_ => 0);
        bool[] labels = new bool[file.IsAnomalous.Length];
        labels.AsSpan(600, 100).Fill(true);
        labels.AsSpan(800, 50).Fill(true);
        bool[] alarms = new bool[labels.Length - SkabFile.TrainRows];
        alarms.AsSpan(100, 20).Fill(true);
        alarms.AsSpan(250, 10).Fill(true);
        SkabCausalRates rates = SkabCausalRates.Of([file with { IsAnomalous = labels }], _ => alarms);
        Assert.Equal(0.1, rates.FarBeforeEvent, 12);
        Assert.Equal(0.5, rates.EventsFound, 12);
        Assert.Equal(20.0 / (alarms.Length - 150), rates.Far, 12);
        Assert.Equal(140.0 / 150, rates.Mar, 12);
    }

    /// <summary>The form of the detector was chosen in knowledge of these files, its settings are not.</summary>
    [Fact]
    public void CausalAlarms_OnTheSharedFiles_FindEventsAndSeldomAlarmBeforeThem()
    {
        IReadOnlyList<SkabFile> files = SkabFile.ReadAll(Require.SharedData("skab"));
        SkabCausalSettings settings = new SkabSelection(files, TestContext.Current.CancellationToken).Causal();
        SkabCausalRates rates = SkabCausalRates.Of(files, file => SkabCausalRule.Alarms(file, settings));
        Assert.InRange(rates.F1, 0.75, 1);
        Assert.InRange(rates.FarBeforeEvent, 0, 0.05);
        Assert.InRange(rates.EventsFound, 0.8, 1);
    }

    [Fact]
    public void Counts_GiveTheRatesOfTheirDefinitions()
    {
        ConfusionCounts counts = ConfusionCounts.Of([true, true, false, false, true], [true, false, true, false, true]);
        Assert.Equal(new ConfusionCounts(2, 1, 1, 1), counts);
        Assert.Equal(2.0 / 3, counts.F1, 12);
        Assert.Equal(2.0 / 3, counts.Precision, 12);
        Assert.Equal(2.0 / 3, counts.Recall, 12);
        Assert.Equal(0.5, counts.FalseAlarmRate, 12);
        Assert.Equal(1.0 / 3, counts.MissedAlarmRate, 12);
        Assert.Equal(new ConfusionCounts(4, 2, 2, 2), counts + counts);
        Assert.Equal(0, default(ConfusionCounts).F1);
        Assert.Throws<ArgumentException>(() => ConfusionCounts.Of([true], []));
    }

    [Fact]
    public void Quantile_IsLinearBetweenOrderStatistics()
    {
        Assert.Equal(2.5, Quantiles.Linear([4.0, 1, 3, 2], 0.5), 12);
        Assert.Equal(4, Quantiles.Linear([4.0, 1, 3, 2], 1), 12);
        Assert.Equal(1.3, Quantiles.Linear([4.0, 1, 3, 2], 0.1), 12);
    }

    private static SkabFile Synthetic(Func<int, double> shift)
    {
        var random = new Thrum.Training.Models.SeededRandom(4);
        double[][] rows = [.. Enumerable.Range(0, 1000).Select(row =>
            Enumerable.Range(0, SkabFile.Quantities).Select(_ => random.NextGaussian() + shift(row)).ToArray())];
        return new SkabFile("synthetic", rows, new bool[rows.Length]);
    }
}
