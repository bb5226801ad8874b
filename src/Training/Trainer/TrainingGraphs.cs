using Thrum.Training.Graphs;
using Thrum.Training.Losses;
using Thrum.Training.Models;

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
    public const string Momentum = "momentum";
    public const string Variance = "variance";
    public const string StepSize = "step_size";
    public const string Epsilon = "epsilon";
    public const string Loss = "loss";
    public const string NewParameters = "new_parameters";
    public const string NewMomentum = "new_momentum";
    public const string NewVariance = "new_variance";
    public const string Gradient = "gradient";

    /// <summary>One step: forward, loss, gradients and Adam, for a fixed batch size. The target differs from the window when noise is added.</summary>
    public static StepGraph Step(Architecture architecture, ReconstructionLoss loss, int batchSize, bool hasTarget)
    {
        var graph = new Graph();
        (GraphValue flat, GraphValue value, NetworkPass pass) = Forward(graph, architecture, loss, batchSize, hasTarget);
        GraphValue gradient = graph.Gradients(value, flat)[0];
        GraphValue momentum = graph.Input(Momentum, flat.Shape);
        GraphValue variance = graph.Input(Variance, flat.Shape);
        GraphValue stepSize = graph.Input(StepSize, TensorShape.Scalar);
        GraphValue epsilon = graph.Input(Epsilon, TensorShape.Scalar);
        (GraphValue newParameters, GraphValue newMomentum, GraphValue newVariance) =
            Adam.Append(graph, flat, gradient, momentum, variance, stepSize, epsilon);
        graph.Output(value, Loss);
        graph.Output(FlatParameters.Replace(graph, architecture, newParameters, pass.Replacements), NewParameters);
        graph.Output(newMomentum, NewMomentum);
        graph.Output(newVariance, NewVariance);
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

    /// <summary>Reconstruction and mean loss for any batch size, in the operations of training.</summary>
    public static byte[] Evaluation(Architecture architecture, ReconstructionLoss loss)
    {
        var graph = new Graph();
        GraphValue windows = graph.Input(Window, TensorShape.Of(TensorShape.Free, architecture.WindowSamples));
        GraphValue flat = graph.Input(Parameters, TensorShape.Of(architecture.ParameterCount));
        var pass = new NetworkPass(graph, PassKind.Evaluation, FlatParameters.Unpack(graph, architecture, flat));
        GraphValue reconstruction = architecture.Build(pass, windows);
        graph.Output(reconstruction, Reconstruction);
        graph.Output(loss.Build(graph, windows, reconstruction), Loss);
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
