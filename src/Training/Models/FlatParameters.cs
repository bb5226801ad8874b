using Thrum.Training.Graphs;

namespace Thrum.Training.Models;

/// <summary>All parameters of a network as one vector, in the order of <see cref="Architecture.Parameters"/>.</summary>
internal static class FlatParameters
{
    /// <summary>Starting values by the seed.</summary>
    public static float[] Initial(Architecture architecture, SeededRandom random)
    {
        float[] values = new float[architecture.ParameterCount];
        int next = 0;
        foreach (ParameterSpec spec in architecture.Parameters)
        {
            foreach (ref float value in values.AsSpan(next, (int)spec.Shape.Count))
            {
                value = spec.InitialBound == 0 ? 0 : (float)(((2 * random.NextSingle()) - 1) * spec.InitialBound);
            }

            next += (int)spec.Shape.Count;
        }

        return values;
    }

    /// <summary>Cuts the vector into the network's tensors; differentiable, so the gradient comes back as one vector too.</summary>
    public static GraphValue[] Unpack(Graph graph, Architecture architecture, GraphValue flat)
    {
        using GraphScope scope = graph.Scope("parameters");
        long[] sizes = [.. architecture.Parameters.Select(spec => spec.Shape.Count)];
        return [.. graph.Split(flat, 0, sizes).Select((piece, i) => graph.Reshape(piece, architecture.Parameters[i].Shape))];
    }

    /// <summary>The network's tensors as constants, for a file.</summary>
    public static GraphValue[] AsInitializers(Graph graph, Architecture architecture, ReadOnlySpan<float> flat)
    {
        var constants = new GraphValue[architecture.Parameters.Count];
        int next = 0;
        for (int i = 0; i < constants.Length; i++)
        {
            ParameterSpec spec = architecture.Parameters[i];
            constants[i] = graph.Initializer(spec.Name, flat.Slice(next, (int)spec.Shape.Count), spec.Shape);
            next += (int)spec.Shape.Count;
        }

        return constants;
    }
}
