using System.Globalization;

namespace Thrum.Training.Studies;

/// <summary>What the two rules leave open; one for all files.</summary>
internal sealed record SkabSettings
{
    /// <summary>Chosen by people who knew these files' labels.</summary>
    public static SkabSettings Default { get; } = new();

    public SkabNotebookSettings Notebook { get; init; } = new();

    public SkabCausalSettings Causal { get; init; } = new();

    /// <summary>For people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"published autoencoder, limit {Notebook.Factor:G3} x the {Notebook.Quantile} quantile; causal rule over {Causal.SmoothingRows} rows of {(Causal.Quantities is { } counting ? string.Join(", ", counting.Select(quantity => SkabFile.Names[quantity])) : "steady quantities")}, limit {Causal.Factor:G3} x the {Causal.Quantile} quantile");
}

/// <summary>Of the convolutional autoencoder under the notebook's rule.</summary>
internal sealed record SkabNotebookSettings
{
    /// <summary>Limit: this quantile of the training windows' scores times <see cref="Factor"/>.</summary>
    public double Quantile { get; init; } = 0.98;

    public double Factor { get; init; } = 1.7;
}

/// <summary>Of the causal rule.</summary>
internal sealed record SkabCausalSettings
{
    /// <summary>The quantities that count; null for those whose training rows do not wander.</summary>
    public IReadOnlyList<int>? Quantities { get; init; }

    /// <summary>Rows of the exponential smoothing.</summary>
    public int SmoothingRows { get; init; } = 10;

    /// <summary>An alarm clears below this quantile of the training rows' scores, and is raised at <see cref="Factor"/> times that.</summary>
    public double Quantile { get; init; } = 0.999;

    public double Factor { get; init; } = 1.5;
}
