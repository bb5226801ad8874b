namespace Thrum.Training.Studies;

/// <summary>
/// A causal detector for slow streams of several quantities: the smoothed level of each quantity, in units of how much that level moved
/// while training, and the root mean square over the quantities. Quantities that wander are left out: where more than half of the variance of
/// the training rows lies between blocks of 50 rows, 400 rows do not show what is normal (on this rig the temperatures). Raised at
/// a multiple of a quantile of the training rows, cleared below that quantile.
/// </summary>
internal static class SkabCausalRule
{
    private const int BlockRows = 50;
    private const double WanderingShare = 0.5;
    private const double Clip = 8;

    /// <summary>Alarm at each test row, from that row and earlier ones only.</summary>
    public static bool[] Alarms(SkabFile file, SkabSettings settings)
    {
        float[][] rows = file.Standardised();
        int[] training = [.. Enumerable.Range(0, SkabFile.TrainRows)];
        double[] scores = Scores(rows, settings.Causal.Quantities ?? Steady(rows), training, settings.Causal.SmoothingRows);
        double limit = Limit(scores, training, settings.Causal);
        return Alarms(scores.AsSpan(SkabFile.TrainRows), limit, settings.Causal.Factor);
    }

    /// <summary>Where an alarm clears: a quantile of the training rows without the first ones, in which the smoothing settles.</summary>
    internal static double Limit(double[] scores, int[] training, SkabCausalSettings settings) =>
        Quantiles.Linear([.. training.Where(row => row >= settings.SmoothingRows).Select(row => scores[row])], settings.Quantile);

    /// <summary>Raised at a multiple of the limit, cleared below it.</summary>
    internal static bool[] Alarms(ReadOnlySpan<double> scores, double limit, double factor)
    {
        bool[] alarms = new bool[scores.Length];
        bool isRaised = false;
        for (int row = 0; row < alarms.Length; row++)
        {
            isRaised = scores[row] >= (isRaised ? limit : limit * factor);
            alarms[row] = isRaised;
        }

        return alarms;
    }

    /// <summary>The quantities whose training rows do not wander; all of them if every one does.</summary>
    private static int[] Steady(float[][] rows)
    {
        int[] all = [.. Enumerable.Range(0, SkabFile.Quantities)];
        int[] steady = [.. all.Where(quantity =>
        {
            double[] means = [.. Enumerable.Range(0, SkabFile.TrainRows / BlockRows)
                .Select(block => rows.Skip(block * BlockRows).Take(BlockRows).Average(row => (double)row[quantity]))];

            // The rows have mean 0 and variance 1 already.
            return means.Average(mean => mean * mean) < WanderingShare;
        })];
        return steady.Length > 0 ? steady : all;
    }

    /// <param name="rows">Standardised by the training rows.</param>
    /// <param name="quantities">Those that count.</param>
    /// <param name="training">The training rows.</param>
    /// <param name="smoothingRows">Rows of the smoothing.</param>
    internal static double[] Scores(float[][] rows, IReadOnlyList<int> quantities, int[] training, int smoothingRows)
    {
        double weight = 2 / (smoothingRows + 1.0);
        double[] scores = new double[rows.Length];
        foreach (int quantity in quantities)
        {
            double[] level = new double[rows.Length];
            double smooth = Math.Clamp(rows[0][quantity], -Clip, Clip);
            for (int row = 0; row < rows.Length; row++)
            {
                smooth += weight * (Math.Clamp(rows[row][quantity], -Clip, Clip) - smooth);
                level[row] = smooth;
            }

            double spread = training.Average(row => level[row] * level[row]);
            for (int row = 0; row < rows.Length; row++)
            {
                scores[row] += level[row] * level[row] / (spread > 0 ? spread : 1) / quantities.Count;
            }
        }

        return [.. scores.Select(Math.Sqrt)];
    }
}
