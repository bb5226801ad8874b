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
                value = (float)(spec.InitialBound == 0 ? spec.InitialCentre : spec.InitialCentre + (((2 * random.NextSingle()) - 1) * spec.InitialBound));
            }

            next += (int)spec.Shape.Count;
        }

        return values;
    }

    /// <summary>Cuts the vector into the network's tensors; differentiable, so the gradient comes back as one vector too.</summary>
    public static Dictionary<string, GraphValue> Unpack(Graph graph, Architecture architecture, GraphValue flat)
    {
        using GraphScope scope = graph.Scope("parameters");
        long[] sizes = [.. architecture.Parameters.Select(spec => spec.Shape.Count)];
        GraphValue[] pieces = graph.Split(flat, 0, sizes);
        return architecture.Parameters.Zip(pieces).ToDictionary(pair => pair.First.Name, pair => graph.Reshape(pair.Second, pair.First.Shape));
    }

    /// <summary>
    /// Puts the new values of parameters that no gradient moves into the vector; the vector as it is when there are none.
    /// </summary>
    public static GraphValue Replace(Graph graph, Architecture architecture, GraphValue flat, IReadOnlyDictionary<string, GraphValue> replacements)
    {
        if (replacements.Count == 0)
        {
            return flat;
        }

        long[] sizes = [.. architecture.Parameters.Select(spec => spec.Shape.Count)];
        GraphValue[] pieces = graph.Split(flat, 0, sizes);
        return graph.Concat(0, [.. architecture.Parameters.Select((spec, i) =>
            replacements.TryGetValue(spec.Name, out GraphValue? value) ? graph.Reshape(value, pieces[i].Shape) : pieces[i])]);
    }

    /// <summary>1 at each weight, 0 elsewhere, as long as the vector.</summary>
    public static GraphValue WeightMask(Graph graph, Architecture architecture)
    {
        double[] mask = new double[architecture.ParameterCount];
        int next = 0;
        foreach (ParameterSpec spec in architecture.Parameters)
        {
            mask.AsSpan(next, (int)spec.Shape.Count).Fill(spec.Role == ParameterRole.Weight ? 1 : 0);
            next += (int)spec.Shape.Count;
        }

        return graph.Constant(mask, TensorShape.Of(mask.Length));
    }

    /// <summary>The network's tensors as constants, for a file.</summary>
    public static Dictionary<string, GraphValue> AsInitializers(Graph graph, Architecture architecture, ReadOnlySpan<float> flat, WeightStorage storage = WeightStorage.Full)
    {
        var constants = new Dictionary<string, GraphValue>();
        int next = 0;
        foreach (ParameterSpec spec in architecture.Parameters)
        {
            // Biases are few, and all that a value loses there goes straight to the output.
            ReadOnlySpan<float> values = flat.Slice(next, (int)spec.Shape.Count);
            constants.Add(spec.Name, spec.Role == ParameterRole.Weight ? StoredWeights.Append(graph, spec, values, storage) : graph.Initializer(spec.Name, values, spec.Shape));
            next += (int)spec.Shape.Count;
        }

        return constants;
    }
}
