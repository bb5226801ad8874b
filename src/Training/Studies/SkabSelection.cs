using Thrum.Training.Data;
using Thrum.Training.Trainer;

namespace Thrum.Training.Studies;

/// <summary>
/// Chooses every setting of both rules that is not published from the first 400 rows of the files alone, one for all files: what is fitted to the first half of them is judged by what it
/// decides on the second, as what is fitted to all of them will decide on later rows. No label and no later row is looked at.
/// </summary>
internal sealed class SkabSelection(IReadOnlyList<SkabFile> files, CancellationToken cancellationToken)
{
    /// <summary>Rows that are fitted to; as many behind them are not.</summary>
    private const int SeenRows = SkabFile.TrainRows / 2;

    /// <summary>What a stream is allowed before an event: the share of healthy rows with an alarm.</summary>
    private const double FalseAlarmRate = 0.05;

    /// <summary>One-sided 95 % of a normal distribution.</summary>
    private const double Confidence = 1.645;

    /// <summary>A quantity that strays farther than this times its variance from its mean on rows that were not seen is not stationary.</summary>
    private const double MostStraying = 2;

    /// <summary>Of the seen rows' scores: where an alarm clears.</summary>
    private const double ClearQuantile = 0.99;

    /// <summary>A made step, in standard deviations: what the smoothing is to find.</summary>
    private const double Step = 1;

    private static readonly int[] Seen = [.. Enumerable.Range(0, SeenRows)];
    private static readonly int[] Smoothings = [5, 10, 20, 40];
    private static readonly double[] Factors = [.. Enumerable.Range(0, 181).Select(i => 1 + (0.05 * i))];

    // Without what must not be looked at, standardised by the rows that are fitted to.
    private readonly float[][][] _files = [.. files.Select(file => (file with { Rows = [.. file.Rows.Take(SkabFile.TrainRows)], IsAnomalous = [] }).Standardised([.. file.Rows.Take(SeenRows)]))];

    public SkabSettings Run() => new(Notebook(), Causal());

    /// <summary>
    /// The quantities whose mean square on unseen rows, in standard deviations of the seen ones, is in the median of the files below <see cref="MostStraying"/>; all of them if none is.
    /// </summary>
    internal int[] Stationary()
    {
        int[] all = [.. Enumerable.Range(0, SkabFile.Quantities)];
        int[] stationary = [.. all.Where(quantity =>
            Quantiles.Linear([.. _files.Select(rows => rows[SeenRows..].Average(row => (double)row[quantity] * row[quantity]))], 0.5) < MostStraying)];
        return stationary.Length > 0 ? stationary : all;
    }

    /// <summary>The smoothing that finds most of a made step, with the least factor that keeps the false-alarm rate.</summary>
    internal SkabCausalSettings Causal()
    {
        int[] quantities = Stationary();
        return Smoothings.Select(smoothing =>
        {
            SkabCausalSettings With(double factor) => new(quantities, smoothing, new SkabLimit(ClearQuantile, factor));
            SkabCausalSettings settings = With(LeastFactor(factor => [.. _files.Select(rows => AlarmShare(rows, With(factor), 0))]));
            return (Settings: settings, Power: _files.Average(rows => AlarmShare(rows, settings, Step)));
        }).MaxBy(candidate => candidate.Power).Settings;
    }

    /// <summary>The share of unseen rows with an alarm; with a step, of those after it, from the middle of them on.</summary>
    private static double AlarmShare(float[][] file, SkabCausalSettings settings, double step)
    {
        int from = step > 0 ? SeenRows + (SeenRows / 2) : SeenRows;
        float[][] rows = [.. file.Select((row, i) => step > 0 && i >= from ? [.. row.Select(value => value + (float)step)] : row)];
        double[] scores = SkabCausalRule.Scores(rows, Seen, settings);
        double limit = SkabCausalRule.Limit(scores, Seen, settings);
        return SkabCausalRule.Alarms(scores.AsSpan(from), limit, settings.Limit.Factor).Average(alarm => alarm ? 1.0 : 0);
    }

    /// <summary>The published limit that flags fewer unseen rows.</summary>
    private SkabLimit Notebook()
    {
        double[][] shares = ParallelRuns.Of(_files, Environment.ProcessorCount, FlagShares, (_, _) => { }, cancellationToken);
        return SkabNotebookRule.PublishedLimits[Enumerable.Range(0, shares[0].Length).MinBy(limit => shares.Average(file => file[limit]))];
    }

    /// <summary>What each published limit flags of the unseen rows.</summary>
    private double[] FlagShares(float[][] rows)
    {
        WindowSet seen = SkabNotebookRule.Cut(rows.AsSpan(..SeenRows)), unseen = SkabNotebookRule.Cut(rows.AsSpan(SeenRows..));
        TrainedModel model = SkabNotebookRule.Train(seen, 0, cancellationToken);
        double[] ofSeen = SkabNotebookRule.Scores(seen, model.Reconstruct(seen)), ofUnseen = SkabNotebookRule.Scores(unseen, model.Reconstruct(unseen));
        return [.. SkabNotebookRule.PublishedLimits.Select(limit => SkabNotebookRule.FlagShare(ofUnseen, limit.Of(ofSeen)))];
    }

    /// <summary>The least factor at which the mean false-alarm rate of the files, with its one-sided 95 % bound, is allowed; the greatest of all if none is.</summary>
    private static double LeastFactor(Func<double, double[]> ratesOfFiles) => Factors.Where(factor => IsAllowed(ratesOfFiles(factor))).DefaultIfEmpty(Factors[^1]).First();

    private static bool IsAllowed(double[] rates)
    {
        double mean = rates.Average();
        double error = rates.Length < 2 ? 0 : Math.Sqrt(rates.Sum(rate => (rate - mean) * (rate - mean)) / (rates.Length - 1) / rates.Length);
        return mean + (Confidence * error) <= FalseAlarmRate;
    }
}
