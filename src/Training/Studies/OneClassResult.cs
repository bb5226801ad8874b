using System.Text.Json.Serialization;

namespace Thrum.Training.Studies;

/// <summary>One trained model of a <see cref="OneClassStudy"/>.</summary>
/// <param name="Class">The normal class.</param>
/// <param name="Loss">What it was trained with.</param>
/// <param name="Latent">Width of the code.</param>
/// <param name="LearningRate">Adam's step size.</param>
/// <param name="Seed">Of weights and order.</param>
/// <param name="Auroc">Area under the ROC curve over all test images, by the metric that scores them.</param>
public sealed record OneClassRow(int Class, string Loss, int Latent, double LearningRate, int Seed, IReadOnlyDictionary<string, double> Auroc)
{
    /// <summary>Mean loss of each epoch.</summary>
    [JsonIgnore]
    public IReadOnlyList<double> TrainLosses { get; init; } = [];

    /// <summary>Attempts made; above 1 when earlier ones were no better than a constant output.</summary>
    [JsonIgnore]
    public int Attempts { get; init; } = 1;

    /// <summary>Whether even the last attempt was no better than a constant output.</summary>
    [JsonIgnore]
    public bool IsCollapsed { get; init; }
}

/// <summary>All rows of a <see cref="OneClassStudy"/> and what they come to.</summary>
/// <param name="Rows">In the order of the runs.</param>
public sealed record OneClassResult(IReadOnlyList<OneClassRow> Rows)
{
    /// <summary>Mean AUROC of the models trained with each loss, scored by that same metric.</summary>
    public IReadOnlyDictionary<string, double> Mean => Summarise(Rows, values => values.Average());

    /// <summary>Standard deviation of those values over classes, settings and seeds (division by n).</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, double> Deviation => Summarise(Rows, Deviate);

    /// <summary>
    /// How far the training losses of the last epoch lie apart between seeds, as standard deviation over mean, averaged over classes and
    /// settings; 0 with a single seed.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, double> LossSpread => Rows.GroupBy(row => row.Loss).ToDictionary(
        ofLoss => ofLoss.Key,
        ofLoss => ofLoss.GroupBy(row => (row.Class, row.Latent, row.LearningRate)).Average(runs =>
        {
            double[] last = [.. runs.Select(row => row.TrainLosses[^1])];
            return Deviate(last) / last.Average();
        }));

    private static Dictionary<string, double> Summarise(IEnumerable<OneClassRow> rows, Func<double[], double> summary) =>
        rows.GroupBy(row => row.Loss).ToDictionary(group => group.Key, group => summary([.. group.Select(row => row.Auroc[row.Loss])]));

    private static double Deviate(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
