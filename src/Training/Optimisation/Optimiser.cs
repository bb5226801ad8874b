using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Thrum.Training.Graphs;

namespace Thrum.Training.Optimisation;

/// <summary>
/// A rule by which a step moves the parameters, as graph operations on one flat vector. It keeps vectors of the parameters' length from step to step, and is given a
/// few numbers a step by the host. Immutable.
/// </summary>
internal abstract class Optimiser
{
    public const string Forms = "adam, adamw, adamw:DECAY, sgd or sgd:MOMENTUM";

    /// <summary>Vectors that are kept, beginning with zeros.</summary>
    public abstract int StateCount { get; }

    /// <summary>Numbers that the host gives each step.</summary>
    public abstract int ScalarCount { get; }

    /// <summary>Appends the update.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="parameters">The parameters before the step.</param>
    /// <param name="gradient">Of the loss with respect to them.</param>
    /// <param name="states">What was kept.</param>
    /// <param name="scalars">The host's numbers.</param>
    /// <param name="weights">1 where a parameter is a weight and 0 where it is a bias, gain or statistic; asked for only by what tells them apart.</param>
    public abstract (GraphValue Parameters, GraphValue[] States) Append(
        Graph graph, GraphValue parameters, GraphValue gradient, GraphValue[] states, GraphValue[] scalars, Func<GraphValue> weights);

    /// <summary>The host's numbers for step <paramref name="step"/> (from 1).</summary>
    public abstract void Fill(double learningRate, int step, Span<float> scalars);

    /// <summary>Reads the text form.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Optimiser? optimiser, [NotNullWhen(false)] out string? fault)
    {
        string[] parts = text.Split(':');
        double? argument = parts.Length == 1 ? null
            : double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN;
        optimiser = (parts.Length <= 2 ? parts[0] : "", argument) switch
        {
            ("adam", null) => new Adam(0),
            ("adamw", null) => new Adam(Adam.DefaultDecay),
            ("adamw", >= 0 and <= 1) => new Adam(argument.Value),
            ("sgd", null) => new MomentumDescent(MomentumDescent.DefaultMomentum),
            ("sgd", >= 0 and < 1) => new MomentumDescent(argument.Value),
            _ => null,
        };
        fault = optimiser is null ? $"Optimiser is '{text}'; expected {Forms} with a decay from 0 to 1, a momentum from 0 to below 1" : null;
        return optimiser is not null;
    }
}
