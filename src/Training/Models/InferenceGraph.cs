using Thrum.Training.Graphs;

namespace Thrum.Training.Models;

/// <summary>The file that serves: input <c>window</c> and output <c>reconstruction</c>, float32 [batch, window] with a free batch size.</summary>
internal static class InferenceGraph
{
    public const string InputName = "window";
    public const string OutputName = "reconstruction";

    public static byte[] Encode(Architecture architecture, ReadOnlySpan<float> parameters, IReadOnlyDictionary<string, string> metadata, WeightStorage storage = WeightStorage.Full)
    {
        var graph = new Graph();
        GraphValue windows = graph.Input(InputName, TensorShape.Of(TensorShape.Free, architecture.WindowSamples));
        var pass = new NetworkPass(graph, PassKind.Inference, FlatParameters.AsInitializers(graph, architecture, parameters, storage));
        graph.Output(architecture.Build(pass, windows), OutputName);
        return graph.Encode($"{architecture.Kind}-autoencoder", metadata);
    }
}
