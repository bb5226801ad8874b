using Thrum.Training.Graphs;

namespace Thrum.Training.Losses;

/// <summary>One weighted term of a loss.</summary>
/// <param name="Weight">Its factor.</param>
/// <param name="PerWindow">From windows [batch, n] and reconstructions [batch, n] or [1, n] to one value a window, [batch, 1] or [1, 1].</param>
internal sealed record LossTerm(double Weight, Func<Graph, GraphValue, GraphValue, GraphValue> PerWindow);
