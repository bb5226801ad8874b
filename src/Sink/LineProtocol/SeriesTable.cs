using Thrum.Detector.Samples;
using Thrum.Detector.Scores;

namespace Thrum.Sink.LineProtocol;

/// <summary>
/// One value per stream and model name, found by the stream's slot without hashing. A model that was loaded again replaces its
/// predecessor of the same name, so the table does not grow with reloads. Not thread-safe.
/// </summary>
internal sealed class SeriesTable<T>
    where T : class
{
    private readonly Func<AxisStream, ScoredModel, T> _create;
    private Node?[] _slots = new Node?[64];

    /// <param name="create">Makes the value at the first call for a stream and model, and again when the model was replaced.</param>
    public SeriesTable(Func<AxisStream, ScoredModel, T> create) => _create = create;

    public T Get(AxisStream stream, ScoredModel model)
    {
        Node? node = stream.Slot < _slots.Length ? _slots[stream.Slot] : null;
        return node is not null && ReferenceEquals(node.Model, model) ? node.Value : Find(stream, model);
    }

    private T Find(AxisStream stream, ScoredModel model)
    {
        if (stream.Slot >= _slots.Length)
        {
            Array.Resize(ref _slots, Math.Max(2 * _slots.Length, stream.Slot + 1));
        }

        Node? node = _slots[stream.Slot];
        while (node is not null && !string.Equals(node.Model.Name, model.Name, StringComparison.Ordinal))
        {
            node = node.Next;
        }

        if (node is null)
        {
            node = new Node { Model = model, Value = _create(stream, model), Next = _slots[stream.Slot] };
            _slots[stream.Slot] = node;
        }
        else if (!ReferenceEquals(node.Model, model))
        {
            node.Model = model;
            node.Value = _create(stream, model);
        }

        return node.Value;
    }

    private sealed class Node
    {
        public required ScoredModel Model { get; set; }

        public required T Value { get; set; }

        public required Node? Next { get; init; }
    }
}
