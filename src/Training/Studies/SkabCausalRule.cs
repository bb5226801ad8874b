namespace Thrum.Training.Studies;

/// <summary>
/// A causal detector for slow streams of several quantities: the smoothed level of each quantity, in units of how much that level moved
/// while training, and the root mean square over the quantities. Quantities that wander are left out: where more than half of the variance of
/// the training rows lies between blocks of 50 rows, 400 rows do not show what is normal (on this rig the temperatures). Raised at
/// 1.5 times the 0.999 quantile of the training rows, cleared below that quantile.
/// </summary>
internal static class SkabCausalRule
{
    private const double SmoothingRows = 10;
    private const int BlockRows = 50;
    private const double WanderingShare = 0.5;
    private const double Clip = 8;
    private const double Quantile = 0.999;
    private const double RaiseFactor = 1.5;

    /// <summary>Alarm at each test row, from that row and earlier ones only.</summary>
    public static bool[] Alarms(SkabFile file)
    {
        float[][] rows = file.Standardised();
        int[] kept = Steady(rows);
        double[] scores = Scores(rows, kept);
        double limit = Quantiles.Linear(scores.AsSpan((int)SmoothingRows, SkabFile.TrainRows - (int)SmoothingRows), Quantile);
        bool[] alarms = new bool[rows.Length - SkabFile.TrainRows];
        bool isRaised = false;
        for (int row = 0; row < alarms.Length; row++)
        {
            double score = scores[SkabFile.TrainRows + row];
            isRaised = score >= (isRaised ? limit : limit * RaiseFactor);
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

    private static double[] Scores(float[][] rows, int[] quantities)
    {
        double weight = 2 / (SmoothingRows + 1);
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

            double spread = level.Take(SkabFile.TrainRows).Average(value => value * value);
            for (int row = 0; row < rows.Length; row++)
            {
                scores[row] += level[row] * level[row] / (spread > 0 ? spread : 1) / quantities.Length;
            }
        }

        return [.. scores.Select(Math.Sqrt)];
    }
}
