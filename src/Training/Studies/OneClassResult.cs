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
    /// <summary>Mean training loss of each epoch.</summary>
    public IReadOnlyList<double> TrainLoss { get; init; } = [];

    /// <summary>Attempts made; above 1 when earlier ones were no better than a constant output.</summary>
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

    /// <summary>How the training with each loss went on, and how far its seeds lay apart.</summary>
    public IReadOnlyDictionary<string, LossConvergence> Convergence => Rows.GroupBy(row => row.Loss).ToDictionary(group => group.Key, LossConvergence.Of);

    private static Dictionary<string, double> Summarise(IEnumerable<OneClassRow> rows, Func<double[], double> summary) =>
        rows.GroupBy(row => row.Loss).ToDictionary(group => group.Key, group => summary([.. group.Select(row => row.Auroc[row.Loss])]));

    private static double Deviate(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
