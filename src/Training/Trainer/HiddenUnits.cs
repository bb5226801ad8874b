using Microsoft.ML.OnnxRuntime;
using Thrum.Training.Data;
using Thrum.Training.Graphs;
using Thrum.Training.Models;

namespace Thrum.Training.Trainer;

/// <summary>Units of a hidden layer, or features of a convolution, and how many of them give one value whatever comes in.</summary>
/// <param name="Layer">Its name.</param>
/// <param name="Units">How many it has.</param>
/// <param name="Dead">How many of them do not move.</param>
public sealed record LayerUnits(string Layer, int Units, int Dead)
{
    /// <summary>Values that each of them gives for a window: the places of a convolution.</summary>
    public int Places { get; init; } = 1;
}

/// <summary>Looks at the outputs of the hidden layers.</summary>
internal static class HiddenUnits
{
    private const int MostWindows = 256;

    // Of single precision: below it only rounding moves a unit.
    private const double LeastRange = 1e-6;

    private static readonly string[] InputNames = [TrainingGraphs.Window, TrainingGraphs.Parameters];

    /// <summary>The hidden layers in order; of an LSTM, its code.</summary>
    public static IReadOnlyList<LayerUnits> Of(Architecture architecture, ReadOnlySpan<float> parameters, WindowSet windows)
    {
        int count = Math.Min(MostWindows, windows.Count);
        var graph = new Graph();
        GraphValue input = graph.Input(TrainingGraphs.Window, TensorShape.Of(count, architecture.WindowSamples));
        GraphValue flat = graph.Input(TrainingGraphs.Parameters, TensorShape.Of(architecture.ParameterCount));
        var hidden = new List<(string Layer, GraphValue Value)>();
        var pass = new NetworkPass(graph, PassKind.Evaluation, FlatParameters.Unpack(graph, architecture, flat));
        architecture.Build(pass, input, (layer, value) => hidden.Add((layer, value)));
        if (hidden.Count == 0)
        {
            return [];
        }

        string[] names = [.. hidden.Select((_, i) => TrainingGraphs.Criterion(i))];
        for (int i = 0; i < hidden.Count; i++)
        {
            graph.Output(hidden[i].Value, names[i]);
        }

        using InferenceSession session = OrtSessions.Create(graph.Encode("hidden-units"));
        using var run = new RunOptions();
        using var window = new PinnedTensor(count, architecture.WindowSamples);
        using var weights = new PinnedTensor(architecture.ParameterCount);
        windows.Values[..window.Values.Length].CopyTo(window.Values);
        parameters.CopyTo(weights.Values);
        using IDisposableReadOnlyCollection<OrtValue> found = session.Run(run, InputNames, [window.Value, weights.Value], names);
        return [.. hidden.Select((layer, i) => Count(layer.Layer, layer.Value.Shape, found[i].GetTensorDataAsSpan<float>()))];
    }

    /// <summary>Over [batch, units, …]; a unit is alive when any place of it moves.</summary>
    private static LayerUnits Count(string layer, TensorShape shape, ReadOnlySpan<float> values)
    {
        int units = (int)shape[1], places = (int)(shape.Count / shape[0] / units), row = units * places, dead = 0;
        for (int unit = 0; unit < units; unit++)
        {
            bool moves = false;
            for (int place = unit * places; place < (unit + 1) * places && !moves; place++)
            {
                moves = Moves(values, place, row);
            }

            dead += moves ? 0 : 1;
        }

        return new LayerUnits(layer, units, dead) { Places = places };
    }

    private static bool Moves(ReadOnlySpan<float> values, int first, int step)
    {
        float low = values[first], high = low;
        for (int i = first + step; i < values.Length; i += step)
        {
            low = Math.Min(low, values[i]);
            high = Math.Max(high, values[i]);
        }

        return high - low > LeastRange * Math.Max(1, Math.Abs(high));
    }
}
