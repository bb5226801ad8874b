using Thrum.Training.Data;
using Thrum.Training.Trainer;

namespace Thrum.Training.Studies;

/// <summary>
/// Chooses every free setting of both rules from the first 400 rows of the files alone, one for all files, by cross-validation over four blocks of 100 rows: what a setting does
/// is seen on a block that it was not fitted to. No label and no later row is looked at.
/// </summary>
internal sealed class SkabSelection(IReadOnlyList<SkabFile> files, CancellationToken cancellationToken)
{
    private const int Blocks = 4;
    private const int BlockRows = SkabFile.TrainRows / Blocks;

    /// <summary>What a stream is allowed before an event: the share of healthy rows with an alarm.</summary>
    private const double FalseAlarmRate = 0.05;

    /// <summary>One-sided 95 % of a normal distribution.</summary>
    private const double Confidence = 1.645;

    /// <summary>A quantity that strays farther than this times its variance from its mean on blocks that were not seen is not stationary.</summary>
    private const double MostStraying = 2;

    /// <summary>A made step, in standard deviations: what the smoothing is to find.</summary>
    private const double Step = 1;

    private static readonly int[] Smoothings = [5, 10, 20, 40];
    private static readonly double[] Factors = [.. Enumerable.Range(0, 181).Select(i => 1 + (0.05 * i))];

    // Without what must not be looked at.
    private readonly SkabFile[] _files = [.. files.Select(file => file with { Rows = [.. file.Rows.Take(SkabFile.TrainRows)], IsAnomalous = [] })];

    /// <summary>Feature maps to choose from.</summary>
    public IReadOnlyList<int> Maps { get; init; } = [4, 8, 16, 32];

    /// <summary>Most epochs.</summary>
    public int Epochs { get; init; } = 100;

    public SkabSettings Run()
    {
        int[] quantities = Stationary();
        return new SkabSettings { Quantities = quantities, Notebook = Notebook(quantities), Causal = Causal(quantities) };
    }

    /// <summary>
    /// The quantities whose mean square on unseen blocks, in standard deviations of the seen ones, is in the median of the files below <see cref="MostStraying"/>; all of them if none is.
    /// </summary>
    internal int[] Stationary()
    {
        int[] all = [.. Enumerable.Range(0, SkabFile.Quantities)];
        double[][] straying = [.. _files.Select(file =>
        {
            double[] sum = new double[SkabFile.Quantities];
            foreach (Fold fold in Folds(file))
            {
                foreach (int quantity in all)
                {
                    sum[quantity] += fold.Held.Average(row => (double)fold.Rows[row][quantity] * fold.Rows[row][quantity]) / Blocks;
                }
            }

            return sum;
        })];
        int[] stationary = [.. all.Where(quantity => Quantiles.Linear([.. straying.Select(file => file[quantity])], 0.5) < MostStraying)];
        return stationary.Length > 0 ? stationary : all;
    }

    /// <summary>The smoothing that finds most of a made step, with the least factor that keeps the false-alarm rate.</summary>
    private SkabCausalSettings Causal(int[] quantities) => Smoothings.Select(smoothing =>
    {
        var settings = new SkabCausalSettings { SmoothingRows = smoothing, Quantile = 0.99 };
        settings = settings with { Factor = LeastFactor(factor => [.. _files.Select(file => AlarmShare(file, quantities, settings with { Factor = factor }, 0))]) };
        return (Settings: settings, Power: _files.Average(file => AlarmShare(file, quantities, settings, Step)));
    }).MaxBy(candidate => candidate.Power).Settings;

    /// <summary>The share of unseen rows with an alarm; with a step, of those after it, from the middle of each block on.</summary>
    private static double AlarmShare(SkabFile file, int[] quantities, SkabCausalSettings settings, double step) => Folds(file).Average(fold =>
    {
        int from = step > 0 ? fold.Held[BlockRows / 2] : Math.Max(fold.Held[0], settings.SmoothingRows);
        float[][] rows = [.. fold.Rows.Select((row, i) => step > 0 && i >= from ? [.. row.Select(value => value + (float)step)] : row)];
        double[] scores = SkabCausalRule.Scores(rows, quantities, fold.Seen, settings.SmoothingRows);
        double limit = SkabCausalRule.Limit(scores, fold.Seen, settings);
        return SkabCausalRule.Alarms(scores.AsSpan(from..(fold.Held[^1] + 1)), limit, settings.Factor).Average(alarm => alarm ? 1.0 : 0);
    });

    private SkabNotebookSettings Notebook(int[] quantities)
    {
        (int File, int Block)[] folds = [.. Enumerable.Range(0, _files.Length).SelectMany(file => Enumerable.Range(0, Blocks).Select(block => (file, block)))];
        SkabNotebookSettings best = Maps.Select(maps =>
        {
            var settings = new SkabNotebookSettings { Maps = maps, Epochs = Epochs };
            double[][] logarithms = Parallel(folds, fold => UnseenLosses(FoldOf(fold), quantities, settings));
            double[] means = [.. Enumerable.Range(0, Epochs).Select(epoch => logarithms.Average(fold => fold[epoch]))];
            int epoch = Array.IndexOf(means, means.Min());
            return (Settings: settings with { Epochs = epoch + 1, Quantile = 0.99 }, Loss: means[epoch]);
        }).MinBy(candidate => candidate.Loss).Settings;
        double[][] ratios = Parallel(folds, fold => UnseenRatios(FoldOf(fold), quantities, best));
        return best with
        {
            Factor = LeastFactor(factor => [.. ratios.Chunk(Blocks).Select(file => file.Average(fold => fold.Average(ratio => ratio > factor ? 1.0 : 0)))]),
        };
    }

    /// <summary>The logarithm of the loss on unseen windows after each epoch.</summary>
    private double[] UnseenLosses(Fold fold, int[] quantities, SkabNotebookSettings settings) =>
        [.. SkabNotebookRule.Train(SeenWindows(fold, quantities), UnseenWindows(fold, quantities), settings, 0, cancellationToken).History.Take(settings.Epochs).Select(epoch => Math.Log(epoch.ValidationLoss))];

    /// <summary>The scores of unseen windows, in units of the quantile of the seen ones.</summary>
    private double[] UnseenRatios(Fold fold, int[] quantities, SkabNotebookSettings settings)
    {
        WindowSet seen = SeenWindows(fold, quantities), unseen = UnseenWindows(fold, quantities);
        TrainedModel model = SkabNotebookRule.Train(seen, seen, settings, 0, cancellationToken);
        double limit = Quantiles.Linear(SkabNotebookRule.Scores(seen, model.Reconstruct(seen)), settings.Quantile);
        return [.. SkabNotebookRule.Scores(unseen, model.Reconstruct(unseen)).Select(score => score / limit)];
    }

    /// <summary>The least factor at which the mean false-alarm rate of the files, with its one-sided 95 % bound, is allowed; the greatest of all if none is.</summary>
    private static double LeastFactor(Func<double, double[]> ratesOfFiles) => Factors.Where(factor => IsAllowed(ratesOfFiles(factor))).DefaultIfEmpty(Factors[^1]).First();

    private static bool IsAllowed(double[] rates)
    {
        double mean = rates.Average();
        double error = rates.Length < 2 ? 0 : Math.Sqrt(rates.Sum(rate => (rate - mean) * (rate - mean)) / (rates.Length - 1) / rates.Length);
        return mean + (Confidence * error) <= FalseAlarmRate;
    }

    private static WindowSet SeenWindows(Fold fold, int[] quantities)
    {
        float[][] before = fold.Rows[..fold.Held[0]], after = fold.Rows[(fold.Held[^1] + 1)..];
        WindowSet first = SkabNotebookRule.Cut(before, quantities), second = SkabNotebookRule.Cut(after, quantities);
        return new WindowSet([.. first.Values, .. second.Values], first.WindowSamples);
    }

    private static WindowSet UnseenWindows(Fold fold, int[] quantities) => SkabNotebookRule.Cut(fold.Rows.AsSpan(fold.Held[0], fold.Held.Length), quantities);

    private TResult[] Parallel<TResult>((int File, int Block)[] folds, Func<(int File, int Block), TResult> run) =>
        ParallelRuns.Of(folds, Environment.ProcessorCount, run, (_, _) => { }, cancellationToken);

    private Fold FoldOf((int File, int Block) fold) => FoldOf(_files[fold.File], fold.Block);

    private static IEnumerable<Fold> Folds(SkabFile file) => Enumerable.Range(0, Blocks).Select(block => FoldOf(file, block));

    private static Fold FoldOf(SkabFile file, int block)
    {
        int[] held = [.. Enumerable.Range(block * BlockRows, BlockRows)], seen = [.. Enumerable.Range(0, SkabFile.TrainRows).Except(held)];
        return new Fold(file.Standardised([.. seen.Select(row => file.Rows[row])]), seen, held);
    }

    /// <param name="Rows">All rows, standardised by the seen ones.</param>
    /// <param name="Seen">Rows that are fitted to.</param>
    /// <param name="Held">The block that is not, in order.</param>
    private sealed record Fold(float[][] Rows, int[] Seen, int[] Held);
}
