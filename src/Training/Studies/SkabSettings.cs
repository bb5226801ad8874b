using System.Globalization;

namespace Thrum.Training.Studies;

/// <summary>What the two rules leave open; one for all files.</summary>
/// <param name="Notebook">Limit of the notebook's rule.</param>
/// <param name="Causal">Of the causal rule.</param>
internal sealed record SkabSettings(SkabLimit Notebook, SkabCausalSettings Causal)
{
    /// <summary>For people.</summary>
    public override string ToString()
    {
        string quantities = string.Join(", ", Causal.Quantities.Select(quantity => SkabFile.Names[quantity]));
        return string.Create(CultureInfo.InvariantCulture, $"published autoencoder, limit {Notebook}; causal rule over {Causal.SmoothingRows} rows of {quantities}, limit {Causal.Limit}");
    }
}

/// <summary>A multiple of a quantile of the training rows' scores.</summary>
/// <param name="Quantile">0 to 1.</param>
/// <param name="Factor">At least 1.</param>
internal readonly record struct SkabLimit(double Quantile, double Factor)
{
    /// <summary>The limit in the unit of the scores.</summary>
    public double Of(IReadOnlyList<double> trainScores) => Quantiles.Linear([.. trainScores], Quantile) * Factor;

    /// <summary>For people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Factor:G3} x the {Quantile} quantile");
}

/// <summary>Of the causal rule. Immutable by contract.</summary>
/// <param name="Quantities">Those that count.</param>
/// <param name="SmoothingRows">Rows of the exponential smoothing.</param>
/// <param name="Limit">An alarm is raised at this limit and clears below its quantile.</param>
internal sealed record SkabCausalSettings(IReadOnlyList<int> Quantities, int SmoothingRows, SkabLimit Limit);
