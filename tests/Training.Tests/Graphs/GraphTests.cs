using Thrum.Training.Graphs;

namespace Thrum.Training.Tests.Graphs;

public sealed class GraphTests
{
    [Fact]
    public void Linear_WithWrongWeight_NamesLayerOperationAndShapes()
    {
        var graph = new Graph();
        GraphValue x = graph.Input("x", TensorShape.Of(128, 64));
        GraphValue weight = graph.Input("w", TensorShape.Of(32, 63));
        GraphValue bias = graph.Input("b", TensorShape.Of(32));
        using GraphScope scope = graph.Scope("dense2");

        GraphException fault = Assert.Throws<GraphException>(() => graph.Linear(x, weight, bias));

        Assert.Equal("layer 'dense2', Gemm: x [128, 64], weight [32, 63] and bias [32] do not fit; expected [rows, in], [out, in] and [out]", fault.Message);
    }

    [Fact]
    public void Add_OfShapesThatDoNotBroadcast_NamesBoth()
    {
        var graph = new Graph();
        GraphException fault = Assert.Throws<GraphException>(() =>
            graph.Add(graph.Input("a", TensorShape.Of(3, 4)), graph.Input("b", TensorShape.Of(3))));
        Assert.Contains("a [3, 4] and b [3]", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ShapeFaults_AreFound()
    {
        var graph = new Graph();
        GraphValue x = graph.Input("x", TensorShape.Of(3, 4));
        Assert.Throws<GraphException>(() => graph.Reshape(x, TensorShape.Of(5, 2)));
        Assert.Throws<GraphException>(() => graph.Split(x, 1, 2, 3));
        Assert.Throws<GraphException>(() => graph.Concat(0, x, graph.Input("y", TensorShape.Of(3, 5))));
        Assert.Throws<GraphException>(() => graph.Expand(x, TensorShape.Of(3, 5)));
        Assert.Throws<GraphException>(() => graph.MatMulConstant(x, graph.Constant([1, 2, 3], TensorShape.Of(3, 1))));
        Assert.Throws<GraphException>(() => graph.Sum(x, 2));
        Assert.Throws<GraphException>(() => graph.Clip(x, 1, 1));
        Assert.Throws<GraphException>(() => graph.Constant([1, 2], TensorShape.Of(3)));
        Assert.Throws<GraphException>(() => TensorShape.Of(0));
        Assert.Throws<GraphException>(() => new Graph().Neg(x));
    }

    [Fact]
    public void Gradients_OfMatrixOrTwiceOrOfUninvolvedInput_Throws()
    {
        var graph = new Graph();
        GraphValue x = graph.Input("x", TensorShape.Of(2), requiresGradient: true);
        GraphValue idle = graph.Input("idle", TensorShape.Of(2), requiresGradient: true);
        GraphValue loss = graph.Sum(graph.Square(x));
        Assert.Throws<GraphException>(() => graph.Gradients(x, x));
        GraphException fault = Assert.Throws<GraphException>(() => graph.Gradients(loss, idle));
        Assert.Contains("idle", fault.Message, StringComparison.Ordinal);
        Assert.Throws<GraphException>(() => graph.Gradients(loss, x));
    }

    [Fact]
    public void Scope_WhenNested_JoinsNamesAndEnds()
    {
        var graph = new Graph();
        using (graph.Scope("encoder"))
        using (graph.Scope("dense1"))
        {
            Assert.StartsWith("layer 'encoder/dense1', Op:", graph.Fault("Op", "x").Message, StringComparison.Ordinal);
        }

        Assert.Equal("Op: x", graph.Fault("Op", "x").Message);
    }

    [Fact]
    public void Output_OfInputConstantAndSameValueTwice_GivesEachItsName()
    {
        var graph = new Graph();
        GraphValue x = graph.Input("x", TensorShape.Of(2));
        GraphValue y = graph.Neg(x);
        graph.Output(x, "same");
        graph.Output(y, "first");
        graph.Output(y, "second");
        graph.Output(graph.Constant(3), "three");

        Dictionary<string, float[]> result = OrtRunner.Run<float>(graph.Encode("test"), ("x", [1, -2], [2]));

        Assert.Equal([1, -2], result["same"]);
        Assert.Equal([-1, 2], result["first"]);
        Assert.Equal([-1, 2], result["second"]);
        Assert.Equal([3], result["three"]);
    }

    [Fact]
    public void Constants_ThatAreEqual_AreStoredOnce()
    {
        var graph = new Graph();
        Assert.Same(graph.Constant(0.5), graph.Constant(0.5));
        Assert.NotSame(graph.Constant(0.0), graph.Constant(-0.0));
        Assert.Same(graph.Integers(1, 2), graph.Integers(1, 2));
        Assert.NotSame(graph.Integers(12), graph.Integers(1, 2));
    }

    [Fact]
    public void FreeBatch_BroadcastsWithOneAndItselfOnly()
    {
        TensorShape free = TensorShape.Of(TensorShape.Free, 4);
        Assert.Equal(free, TensorShape.Broadcast(free, TensorShape.Of(4)));
        Assert.Equal(free, TensorShape.Broadcast(free, free));
        Assert.Null(TensorShape.Broadcast(free, TensorShape.Of(3, 4)));
        Assert.Equal("[batch, 4]", free.ToString());
        Assert.Throws<GraphException>(() => free.Count);
    }
}
