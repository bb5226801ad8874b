namespace Thrum.Training.Studies;

/// <summary>
/// A causal detector for slow streams of several quantities: the smoothed level of each quantity that counts, in units of how much that level moved
/// while training, and the root mean square over the quantities. Raised at a multiple of a quantile of the training rows, cleared below that quantile.
/// </summary>
internal static class SkabCausalRule
{
    private const double Clip = 8;

    /// <summary>Alarm at each test row, from that row and earlier ones only.</summary>
    public static bool[] Alarms(SkabFile file, SkabCausalSettings settings)
    {
        int[] training = [.. Enumerable.Range(0, SkabFile.TrainRows)];
        double[] scores = Scores(file.Standardised(), training, settings);
        return Alarms(scores.AsSpan(SkabFile.TrainRows), Limit(scores, training, settings), settings.Limit.Factor);
    }

    /// <summary>Where an alarm clears: a quantile of the training rows without the first ones, in which the smoothing settles.</summary>
    internal static double Limit(double[] scores, int[] training, SkabCausalSettings settings) =>
        Quantiles.Linear([.. training.Where(row => row >= settings.SmoothingRows).Select(row => scores[row])], settings.Limit.Quantile);

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

    /// <param name="rows">Standardised by the training rows.</param>
    /// <param name="training">The training rows.</param>
    /// <param name="settings">Which quantities count, and their smoothing.</param>
    internal static double[] Scores(float[][] rows, int[] training, SkabCausalSettings settings)
    {
        double weight = 2 / (settings.SmoothingRows + 1.0);
        double[] scores = new double[rows.Length];
        foreach (int quantity in settings.Quantities)
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
                scores[row] += level[row] * level[row] / (spread > 0 ? spread : 1) / settings.Quantities.Count;
            }
        }

        return [.. scores.Select(Math.Sqrt)];
    }
}
