namespace Thrum.Training.Graphs;

/// <summary>A graph was put together wrongly; the message names the layer, the operation and the shapes.</summary>
internal sealed class GraphException(string message) : InvalidOperationException(message);
