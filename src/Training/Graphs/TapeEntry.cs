namespace Thrum.Training.Graphs;

/// <summary>What the reverse pass needs of one operation: its outputs, and for each input its rule.</summary>
internal sealed record TapeEntry(IReadOnlyList<GraphValue> Outputs, IReadOnlyList<GraphValue?> Inputs, IReadOnlyList<ManyGradientRule?> Rules);
