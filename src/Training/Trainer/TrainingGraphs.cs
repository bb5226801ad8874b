using System.Globalization;
using Thrum.Training.Graphs;
using Thrum.Training.Losses;
using Thrum.Training.Models;
using Thrum.Training.Optimisation;

namespace Thrum.Training.Trainer;

/// <summary>A training step as a file, and the dropout masks that it wants filled before each run.</summary>
internal sealed record StepGraph(byte[] Model, IReadOnlyList<DropoutMask> Masks);

/// <summary>The graphs that training runs, and the names of their inputs and outputs.</summary>
internal static class TrainingGraphs
{
    public const string Window = InferenceGraph.InputName;
    public const string Reconstruction = InferenceGraph.OutputName;
    public const string Target = "target";
    public const string Parameters = "parameters";
    public const string Loss = "loss";
    public const string NewParameters = "new_parameters";
    public const string Gradient = "gradient";

    /// <summary>A vector that the optimiser keeps, by number.</summary>
    public static string State(int index) => string.Create(CultureInfo.InvariantCulture, $"state{index}");

    /// <summary>The same after the step.</summary>
    public static string NewState(int index) => "new_" + State(index);

    /// <summary>A number that the host gives the optimiser.</summary>
    public static string Scalar(int index) => string.Create(CultureInfo.InvariantCulture, $"scalar{index}");

    /// <summary>A loss or metric of an evaluation, by number.</summary>
    public static string Criterion(int index) => string.Create(CultureInfo.InvariantCulture, $"criterion{index}");

    /// <summary>One step: forward, loss, gradients and optimiser, for a fixed batch size. The target differs from the window when noise is added.</summary>
    public static StepGraph Step(Architecture architecture, ReconstructionLoss loss, Optimiser optimiser, double clipNorm, int batchSize, bool hasTarget)
    {
        var graph = new Graph();
        (GraphValue flat, GraphValue value, NetworkPass pass) = Forward(graph, architecture, loss, batchSize, hasTarget);
        GraphValue gradient = GradientClipping.Append(graph, graph.Gradients(value, flat)[0], clipNorm);
        GraphValue[] states = [.. Enumerable.Range(0, optimiser.StateCount).Select(i => graph.Input(State(i), flat.Shape))];
        GraphValue[] scalars = [.. Enumerable.Range(0, optimiser.ScalarCount).Select(i => graph.Input(Scalar(i), TensorShape.Scalar))];
        (GraphValue newParameters, GraphValue[] newStates) = optimiser.Append(graph, flat, gradient, states, scalars, () => FlatParameters.WeightMask(graph, architecture));
        graph.Output(value, Loss);
        graph.Output(FlatParameters.Replace(graph, architecture, newParameters, pass.Replacements), NewParameters);
        for (int i = 0; i < newStates.Length; i++)
        {
            graph.Output(newStates[i], NewState(i));
        }

        return new StepGraph(graph.Encode("training-step"), pass.Masks);
    }

    /// <summary>Loss and gradient alone, for checks.</summary>
    public static byte[] LossAndGradient(Architecture architecture, ReconstructionLoss loss, int batchSize)
    {
        var graph = new Graph();
        (GraphValue flat, GraphValue value, _) = Forward(graph, architecture, loss, batchSize, hasTarget: false);
        graph.Output(value, Loss);
        graph.Output(graph.Gradients(value, flat)[0], Gradient);
        return graph.Encode("loss-and-gradient");
    }

    /// <summary>Reconstruction and mean criteria, the loss and metrics, for any batch size, in the operations of training.</summary>
    public static byte[] Evaluation(Architecture architecture, IReadOnlyList<ReconstructionLoss> criteria)
    {
        var graph = new Graph();
        GraphValue windows = graph.Input(Window, TensorShape.Of(TensorShape.Free, architecture.WindowSamples));
        GraphValue flat = graph.Input(Parameters, TensorShape.Of(architecture.ParameterCount));
        var pass = new NetworkPass(graph, PassKind.Evaluation, FlatParameters.Unpack(graph, architecture, flat));
        GraphValue reconstruction = architecture.Build(pass, windows);
        graph.Output(reconstruction, Reconstruction);
        for (int i = 0; i < criteria.Count; i++)
        {
            graph.Output(criteria[i].Build(graph, windows, reconstruction), Criterion(i));
        }

        return graph.Encode("evaluation");
    }

    /// <summary>Mean loss of one window given out as every reconstruction: what a collapsed network does.</summary>
    public static byte[] ConstantOutput(int windowSamples, ReconstructionLoss loss)
    {
        var graph = new Graph();
        GraphValue windows = graph.Input(Window, TensorShape.Of(TensorShape.Free, windowSamples));
        GraphValue reconstruction = graph.Input(Reconstruction, TensorShape.Of(windowSamples));
        graph.Output(loss.Build(graph, windows, reconstruction), Loss);
        return graph.Encode("constant-output");
    }

    private static (GraphValue Flat, GraphValue Loss, NetworkPass Pass) Forward(
        Graph graph, Architecture architecture, ReconstructionLoss loss, int batchSize, bool hasTarget)
    {
        TensorShape shape = TensorShape.Of(batchSize, architecture.WindowSamples);
        GraphValue windows = graph.Input(Window, shape);
        GraphValue target = hasTarget ? graph.Input(Target, shape) : windows;
        GraphValue flat = graph.Input(Parameters, TensorShape.Of(architecture.ParameterCount), requiresGradient: true);
        Dictionary<string, GraphValue> parameters = FlatParameters.Unpack(graph, architecture, flat);
        var pass = new NetworkPass(graph, PassKind.Training, parameters);
        GraphValue value = loss.Build(graph, target, architecture.Build(pass, windows));
        GraphValue[] weights = [.. architecture.Parameters.Where(spec => spec.Role == ParameterRole.Weight).Select(spec => parameters[spec.Name])];
        return (flat, loss.WithPenalties(graph, value, weights), pass);
    }
}
