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

        return [.. parameters.Select(parameter => contributions.ContainsKey(parameter)
            ? graph.Expand(graph.Total(parameter, contributions)!, parameter.Shape)
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
            if (entry.Rules[i] is { } rule && entry.Inputs[i] is { RequiresGradient: true } input)
            {
                if (!contributions.TryGetValue(input, out List<GraphValue>? list))
                {
                    contributions[input] = list = [];
                }

                list.Add(rule(outputGradients));
            }
        }
    }

    /// <summary>The sum of what the users of a value hand back, or null if none does.</summary>
    private static GraphValue? Total(this Graph graph, GraphValue value, Dictionary<GraphValue, List<GraphValue>> contributions)
    {
        if (!contributions.TryGetValue(value, out List<GraphValue>? list))
        {
            return null;
        }

        GraphValue total = list[0];
        for (int i = 1; i < list.Count; i++)
        {
            total = graph.Add(total, list[i]);
        }

        contributions[value] = [total];
        return total;
    }
}
