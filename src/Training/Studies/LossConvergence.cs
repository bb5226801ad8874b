namespace Thrum.Training.Studies;

/// <summary>
/// The training loss of all runs with one loss, epoch by epoch. Runs that differ in their seed alone are one setting; what lies between
/// settings (some classes are harder than others) is no spread.
/// </summary>
/// <param name="Mean">Mean loss, each setting in units of its own first epoch's mean.</param>
/// <param name="Deviation">Standard deviation between the seeds of a setting in the same units, pooled over the settings (division by n).</param>
/// <param name="Spread">
/// Standard deviation between the seeds of a setting over their mean in that epoch, averaged over the settings. Free of the loss's unit, so that different losses
/// can be compared; 0 with a single seed.
/// </param>
public sealed record LossConvergence(IReadOnlyList<double> Mean, IReadOnlyList<double> Deviation, IReadOnlyList<double> Spread)
{
    internal static LossConvergence Of(IEnumerable<OneClassRow> rowsOfOneLoss)
    {
        OneClassRow[][] settings = [.. rowsOfOneLoss.GroupBy(row => (row.Class, row.Latent, row.LearningRate)).Select(runs => runs.ToArray())];
        int epochs = settings.SelectMany(runs => runs).Min(run => run.TrainLoss.Count);
        double[] mean = new double[epochs], deviation = new double[epochs], spread = new double[epochs];
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            foreach (OneClassRow[] runs in settings)
            {
                double unit = runs.Average(run => run.TrainLoss[0]);
                double average = runs.Average(run => run.TrainLoss[epoch]);
                double variance = runs.Average(run => (run.TrainLoss[epoch] - average) * (run.TrainLoss[epoch] - average));
                mean[epoch] += average / unit / settings.Length;
                deviation[epoch] += variance / unit / unit / settings.Length;
                spread[epoch] += Math.Sqrt(variance) / average / settings.Length;
            }

            deviation[epoch] = Math.Sqrt(deviation[epoch]);
        }

        return new LossConvergence(mean, deviation, spread);
    }
}
