namespace Thrum.Training.Graphs;

/// <summary>Reverse-mode differentiation: appends to a graph the nodes that compute gradients.</summary>
internal static class Differentiation
{
    /// <summary>Appends the gradient of a scalar loss with respect to each of the given inputs, in their shapes. Once per graph.</summary>
    /// <exception cref="GraphException">The loss is no scalar, a parameter has no part in it, or gradients were built before.</exception>
    public static GraphValue[] Gradients(this Graph graph, GraphValue loss, params IReadOnlyList<GraphValue> parameters)
    {
        if (loss.Shape.Rank != 0)
        {
            throw new GraphException($"only a scalar can be differentiated, not {loss}");
        }

        if (!graph.IsRecording)
        {
            throw new GraphException("the gradients of this graph have been built already");
        }

        graph.StopRecording();
        var contributions = new Dictionary<GraphValue, List<GraphValue>> { [loss] = [graph.Constant(1)] };
        foreach (TapeEntry entry in graph.Tape.Reverse())
        {
            graph.PassBack(entry, contributions);
        }

        return [.. parameters.Select(parameter => graph.Total(parameter, contributions) is { } gradient
            ? graph.Expand(gradient, parameter.Shape)
            : throw new GraphException($"the loss does not depend on {parameter}"))];
    }

    private static void PassBack(this Graph graph, TapeEntry entry, Dictionary<GraphValue, List<GraphValue>> contributions)
    {
        GraphValue?[] outputGradients = [.. entry.Outputs.Select(output => graph.Total(output, contributions))];
        if (outputGradients.All(gradient => gradient is null))
        {
            return;
        }

        for (int i = 0; i < entry.Rules.Count; i++)
        {
            if (entry.Rules[i] is { } rule && entry.Inputs[i] is { RequiresGradient: true } input && rule(outputGradients) is { } contribution)
            {
                if (!contributions.TryGetValue(input, out List<GraphValue>? list))
                {
                    contributions[input] = list = [];
                }

                list.Add(contribution);
            }
        }
    }

    /// <summary>The sum of what the users of a value hand back, or null if none does.</summary>
    private static GraphValue? Total(this Graph graph, GraphValue value, Dictionary<GraphValue, List<GraphValue>> contributions)
    {
        contributions.TryGetValue(value, out List<GraphValue>? list);
        IReadOnlyList<(GraphValue Gradient, GraphValue Factor)> products = graph.TakeDeferred(value);
        if (products.Count > 0)
        {
            GraphValue gradients = graph.Concat(0, [.. products.Select(product => product.Gradient)]);
            GraphValue factors = graph.Concat(0, [.. products.Select(product => product.Factor)]);
            (list ??= []).Add(graph.Gemm(gradients, factors, transposeA: true));
        }

        if (list is null)
        {
            return null;
        }

        GraphValue total = list.Count switch
        {
            1 => list[0],
            2 => graph.Add(list[0], list[1]),
            _ => graph.AddMany([.. list.Select(part => graph.Expand(part, value.Shape))]),
        };
        contributions[value] = [total];
        return total;
    }
}
