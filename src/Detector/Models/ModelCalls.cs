using System.Runtime.InteropServices;

namespace Thrum.Detector.Models;

/// <summary>
/// Counts what a model file is made of. Functions of the model are put in the place of their calls when it is loaded: twenty that each call the one before ten times would be 10²⁰ nodes.
/// </summary>
internal sealed class ModelCalls(int most)
{
    /// <summary>Stands for the model's graph.</summary>
    public const string Graph = "";

    private readonly Dictionary<string, Dictionary<string, long>> _bodies = [];
    private readonly Dictionary<string, long> _sizes = [];
    private Dictionary<string, long> _body = [];
    private int _count;

    /// <summary>The operator last called.</summary>
    public string Last { get; private set; } = "";

    /// <summary>What follows belongs to a function, or to the graph.</summary>
    public void Begin(string name) => _body = CollectionsMarshal.GetValueRefOrAddDefault(_bodies, name, out _) ??= [];

    /// <summary>A node calls an operator, or a function of the model.</summary>
    public void Call(string name)
    {
        Count();
        Last = name;
        CollectionsMarshal.GetValueRefOrAddDefault(_body, name, out _)++;
    }

    /// <summary>Something else takes room.</summary>
    public void Count()
    {
        if (++_count > most)
        {
            throw new FormatException($"expected at most {most} nodes, tensors and attributes, found more");
        }
    }

    /// <summary>Counts the nodes with each function in the place of its calls.</summary>
    public void CheckExpanded()
    {
        if (SizeOf(Graph, 0) > most)
        {
            throw new FormatException($"expected at most {most} nodes once functions are put in the place of their calls, found more");
        }
    }

    private long SizeOf(string name, int depth)
    {
        if (!_bodies.TryGetValue(name, out Dictionary<string, long>? body))
        {
            return 1;
        }

        if (_sizes.TryGetValue(name, out long known))
        {
            return known;
        }

        if (depth > MostDepth)
        {
            throw new FormatException($"expected functions that call each other at most {MostDepth} deep, found deeper or endless calls");
        }

        long size = 0;
        foreach ((string called, long times) in body)
        {
            size = Math.Min(size + (Math.Min(times, most + 1L) * SizeOf(called, depth + 1)), most + 1L);
        }

        _sizes[name] = size;
        return size;
    }

    private const int MostDepth = 32;
}
