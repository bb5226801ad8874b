namespace Thrum.Training.Graphs;

/// <summary>Ends a layer's scope when disposed.</summary>
internal readonly struct GraphScope(Action leave) : IDisposable
{
    public void Dispose() => leave();
}
