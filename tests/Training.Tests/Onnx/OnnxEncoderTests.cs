using Microsoft.ML.OnnxRuntime;
using Thrum.Training.Graphs;
using Thrum.Training.Onnx;
using Thrum.Training.Trainer;

namespace Thrum.Training.Tests.Onnx;

public sealed class OnnxEncoderTests
{
    [Fact]
    public void Encode_OfMetadataAndNames_IsReadBackByOnnxRuntime()
    {
        var graph = new Graph();
        GraphValue x = graph.Input("window", TensorShape.Of(TensorShape.Free, 3));
        graph.Output(graph.Relu(x), "reconstruction");
        var metadata = new Dictionary<string, string> { ["thrum.kind"] = "dense", ["thrum.note"] = "µ, größer, 振動" };

        using InferenceSession session = OrtSessions.Create(graph.Encode("my graph", metadata));

        Assert.Equal("thrum", session.ModelMetadata.ProducerName);
        Assert.Equal("my graph", session.ModelMetadata.GraphName);
        Assert.Equal(metadata, session.ModelMetadata.CustomMetadataMap);
        NodeMetadata input = session.InputMetadata["window"];
        Assert.Equal([-1, 3], input.Dimensions);
        Assert.Equal(["batch", ""], input.SymbolicDimensions);
        Assert.Equal(typeof(float), session.OutputMetadata["reconstruction"].ElementType);
    }

    [Fact]
    public void Encode_WithMetadataInAnotherOrder_GivesTheSameBytes()
    {
        static byte[] Encode(params string[] keys)
        {
            var graph = new Graph();
            graph.Output(graph.Neg(graph.Input("x", TensorShape.Of(1))), "y");
            return graph.Encode("g", keys.ToDictionary(key => key, key => key));
        }

        Assert.Equal(Encode("a", "b"), Encode("b", "a"));
    }

    /// <summary>What was calibrated here is replaced by the next calibration, wherever it was trained; a network from elsewhere is not.</summary>
    [Fact]
    public void IsMadeByThrum_OfTrainedCalibratedAndForeignFiles_TellsThem()
    {
        var graph = new Graph();
        graph.Output(graph.Neg(graph.Input("x", TensorShape.Of(1))), "y");
        byte[] trained = graph.Encode("g", new Dictionary<string, string> { ["thrum.window"] = "8" });
        byte[] foreign = [.. trained];
        "torch"u8.CopyTo(foreign.AsSpan(foreign.AsSpan().IndexOf("thrum"u8)));

        Assert.True(OnnxProperties.IsMadeByThrum(trained));
        Assert.False(OnnxProperties.IsMadeByThrum(foreign));
        Assert.True(OnnxProperties.IsMadeByThrum(OnnxProperties.Replace(foreign, new Dictionary<string, string> { ["thrum.calibration"] = "{}" })));
        Assert.True(OnnxProperties.IsMadeByThrum(OnnxProperties.Replace(foreign, new Dictionary<string, string> { ["thrum.bands"] = "[]" })));
        Assert.False(OnnxProperties.IsMadeByThrum(trained.AsSpan(0, trained.Length - 3)));
        Assert.False(OnnxProperties.IsMadeByThrum("RIFF, a recording"u8));
    }

    [Fact]
    public void Attributes_OfAllKinds_AreUnderstood()
    {
        var graph = new Graph();
        GraphValue x = graph.Input("x", TensorShape.Of(1, 2));
        graph.Output(graph.Append(new Operation("LeakyRelu", [x]) { Attributes = [OnnxAttribute.Of("alpha", 0.25f)] }, x.Shape), "float");
        graph.Output(graph.Append(new Operation("Transpose", [x]) { Attributes = [OnnxAttribute.Of("perm", [1L, 0L])] }, TensorShape.Of(2, 1)), "ints");
        graph.Output(graph.Append(new Operation("Flatten", [x]) { Attributes = [OnnxAttribute.Of("axis", 2L)] }, TensorShape.Of(2, 1)), "int");
        GraphValue pads = graph.Integers(0, 1, 0, 0);
        graph.Output(graph.Append(new Operation("Pad", [x, pads]) { Attributes = [OnnxAttribute.Of("mode", "edge")] }, TensorShape.Of(1, 3)), "string");

        Dictionary<string, float[]> result = OrtRunner.Run<float>(graph.Encode("attributes"), ("x", [-4, 8], [1, 2]));

        Assert.Equal([-1, 8], result["float"]);
        Assert.Equal([-4, 8], result["ints"]);
        Assert.Equal([-4, 8], result["int"]);
        Assert.Equal([-4, -4, 8], result["string"]);
    }

    [Fact]
    public void Operation_ThatOnnxDoesNotKnow_IsRefusedByOnnxRuntime()
    {
        var graph = new Graph();
        GraphValue x = graph.Input("x", TensorShape.Of(1, 2));
        graph.Output(graph.Append(new Operation("NoSuchOperation", [x]), x.Shape), "y");
        Assert.Throws<OnnxRuntimeException>(() => OrtSessions.Create(graph.Encode("unknown")));
    }

    [Theory]
    [InlineData(0, new byte[] { 0x08, 0x00 })]
    [InlineData(127, new byte[] { 0x08, 0x7F })]
    [InlineData(300, new byte[] { 0x08, 0xAC, 0x02 })]
    [InlineData(-1, new byte[] { 0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 })]
    public void WriteInt64_GivesTheDocumentedVarint(long value, byte[] expected)
    {
        var writer = new ProtobufWriter();
        writer.WriteInt64(1, value);
        Assert.Equal(expected, writer.Written.ToArray());
    }

    [Fact]
    public void WriteMessage_PutsTheLengthFirst()
    {
        var writer = new ProtobufWriter();
        writer.WriteMessage(3, 150L, (nested, value) => nested.WriteInt64(1, value));
        Assert.Equal(new byte[] { 0x1A, 0x03, 0x08, 0x96, 0x01 }, writer.Written.ToArray());
    }
}
