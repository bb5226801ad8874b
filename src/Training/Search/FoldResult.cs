using System.Text.Json.Serialization;

namespace Thrum.Training.Search;

/// <summary>What training on one fold came to.</summary>
public sealed record FoldResult
{
    /// <summary>Of setup, fold and data: the same work has the same key.</summary>
    public required string Key { get; init; }

    /// <summary>Place of the fold.</summary>
    public required int Fold { get; init; }

    /// <summary>Mean of the objective over the test windows; NaN where training failed.</summary>
    [JsonConverter(typeof(NullForNaN))]
    public required double Objective { get; init; }

    /// <summary>Area under the ROC curve of the objective, test windows against faulty ones; NaN without such.</summary>
    [JsonConverter(typeof(NullForNaN))]
    public required double Auroc { get; init; }

    /// <summary>The epoch whose weights were kept.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>False when the network learned nothing that a constant would not do.</summary>
    public required bool IsBetterThanConstantOutput { get; init; }

    /// <summary>Why training failed; empty when it did not.</summary>
    public string Fault { get; init; } = "";
}

/// <summary>A fold that was trained, or found done.</summary>
/// <param name="Point">What was trained.</param>
/// <param name="Result">What it came to.</param>
public sealed record FoldDone(SearchPoint Point, FoldResult Result);

/// <summary>A point with the results of its folds, in their order.</summary>
public sealed record TrialResult(SearchPoint Point, IReadOnlyList<FoldResult> Folds)
{
    /// <summary>Mean of the objective over the folds; NaN when one failed.</summary>
    public double Objective => Folds.Average(fold => fold.Objective);

    /// <summary>Standard deviation of the objective from fold to fold (of the population).</summary>
    public double ObjectiveDeviation => Math.Sqrt(Folds.Average(fold => (fold.Objective - Objective) * (fold.Objective - Objective)));

    /// <summary>Mean area under the ROC curve; NaN without faulty windows.</summary>
    public double Auroc => Folds.Average(fold => fold.Auroc);

    /// <summary>In how many folds the network learned nothing.</summary>
    public int Collapsed => Folds.Count(fold => !fold.IsBetterThanConstantOutput);
}
