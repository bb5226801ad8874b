using Thrum.Detector.Models;

namespace Thrum.Detector.Tests.Models;

/// <summary>
/// Graphs as tf2onnx writes them for Keras: [batch, values, 1], a dimension inserted and transposes around each convolution, weights listed as inputs too, and a batch
/// that may be fixed. Made by hand, because neither Keras nor tf2onnx is at hand; the reference is the defining sum.
/// </summary>
public sealed class KerasModelTests
{
    private const int Window = 24;
    private const int Filters = 3;
    private const int Taps = 5;

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void Run_ConvolutionsWithTransposesAroundThem_GiveTheDefiningSums(long batch)
    {
        float[] encode = Weights(Filters * Taps, 1), decode = Weights(Filters * Taps, 2), bias = Weights(Filters, 3), last = Weights(1, 4);
        OnnxWriter writer = Listed(new OnnxWriter().Input("input_1", batch, Window, 1), batch)
            .Floats("encode/kernel", [Filters, 1, 1, Taps], encode).Floats("encode/bias", [Filters], bias)
            .Floats("decode/kernel", [1, Filters, 1, Taps], decode).Floats("decode/bias", [1], last)
            .Integers("axis", 1)
            .Node("Unsqueeze", ["input_1", "axis"], ["wide"])
            .Node("Transpose", ["wide"], ["channels_first"], OnnxWriter.Attribute("perm", [0, 3, 1, 2]))
            .Node("Conv", ["channels_first", "encode/kernel", "encode/bias"], ["encoded"], Same())
            .Node("Relu", ["encoded"], ["active"])
            .Node("Transpose", ["active"], ["channels_last"], OnnxWriter.Attribute("perm", [0, 2, 3, 1]))
            .Node("Transpose", ["channels_last"], ["again"], OnnxWriter.Attribute("perm", [0, 3, 1, 2]))
            .Node("Conv", ["again", "decode/kernel", "decode/bias"], ["decoded"], Same())
            .Node("Transpose", ["decoded"], ["wide_out"], OnnxWriter.Attribute("perm", [0, 2, 3, 1]))
            .Node("Squeeze", ["wide_out", "axis"], ["conv1d"])
            .Output("conv1d", batch, Window, 1);
        using AutoencoderModel model = Load(writer);
        using var runner = new BatchRunner(model, 6);
        var random = new Random(7);
        for (int row = 0; row < 6; row++)
        {
            foreach (ref float value in runner.Input(row))
            {
                value = (float)((2 * random.NextDouble()) - 1);
            }
        }

        runner.Run(6);

        Assert.Equal((ModelLayout.BatchValuesAxes, (int)Math.Max(0, batch)), (model.Layout, model.FixedBatch));
        for (int row = 0; row < 6; row++)
        {
            float[] expected = Reference(runner.Input(row), encode, bias, decode, last[0]);
            Assert.Equal(expected, runner.Output(row).ToArray(), (a, b) => Math.Abs(a - b) <= 1e-5f);
        }
    }

    /// <summary>A dense network over flattened windows; the batch of a reshape stands as −1, as tf2onnx writes it.</summary>
    [Fact]
    public void Run_DenseLayersBetweenReshapes_GiveTheDefiningSums()
    {
        float[] weights = Weights(Window * Window, 5), bias = Weights(Window, 6);
        OnnxWriter writer = new OnnxWriter().Input("input_1", -1, Window, 1).Input("dense/kernel", Window, Window)
            .Floats("dense/kernel", [Window, Window], weights).Floats("dense/bias", [Window], bias).Integers("flat", -1, Window).Integers("shape", -1, Window, 1)
            .Node("Reshape", ["input_1", "flat"], ["flattened"])
            .Node("MatMul", ["flattened", "dense/kernel"], ["product"])
            .Node("Add", ["product", "dense/bias"], ["sum"])
            .Node("Reshape", ["sum", "shape"], ["dense"])
            .Output("dense", -1, Window, 1);
        using AutoencoderModel model = Load(writer);
        using var runner = new BatchRunner(model, 2);
        Weights(Window, 8).CopyTo(runner.Input(1));

        runner.Run(2);

        float[] input = runner.Input(1).ToArray();
        float[] expected = [.. Enumerable.Range(0, Window).Select(to => (float)(bias[to] + Enumerable.Range(0, Window).Sum(from => (double)input[from] * weights[(from * Window) + to])))];
        Assert.Equal(expected, runner.Output(1).ToArray(), (a, b) => Math.Abs(a - b) <= 1e-5f);
    }

    /// <summary>Weights among the inputs, as files of IR versions before 4 have them.</summary>
    private static OnnxWriter Listed(OnnxWriter writer, long batch) =>
        batch < 0 ? writer.Input("encode/kernel", Filters, 1, 1, Taps).Input("encode/bias", Filters).Input("decode/kernel", 1, Filters, 1, Taps).Input("decode/bias", 1) : writer;

    private static byte[][] Same() => [OnnxWriter.Attribute("kernel_shape", [1, Taps]), OnnxWriter.Attribute("pads", [0, Taps / 2, 0, Taps / 2]), OnnxWriter.Attribute("strides", [1, 1])];

    private static AutoencoderModel Load(OnnxWriter writer) => AutoencoderModel.Load("keras.onnx", writer.File(), new Dictionary<string, string>
    {
        ["window"] = $"{Window}",
        ["rate"] = "1000",
        ["normaliser"] = """{"kind":"zscore","mean":0,"std":1}""",
        ["metrics"] = """["mse"]""",
    });

    private static float[] Reference(ReadOnlySpan<float> input, float[] encode, float[] bias, float[] decode, float last)
    {
        double[] output = new double[Window];
        for (int filter = 0; filter < Filters; filter++)
        {
            double[] hidden = new double[Window];
            for (int i = 0; i < Window; i++)
            {
                double sum = bias[filter];
                for (int tap = 0; tap < Taps; tap++)
                {
                    int at = i + tap - (Taps / 2);
                    sum += at >= 0 && at < Window ? (double)input[at] * encode[(filter * Taps) + tap] : 0;
                }

                hidden[i] = Math.Max(0, sum);
            }

            for (int i = 0; i < Window; i++)
            {
                for (int tap = 0; tap < Taps; tap++)
                {
                    int at = i + tap - (Taps / 2);
                    output[i] += at >= 0 && at < Window ? hidden[at] * decode[(filter * Taps) + tap] : 0;
                }
            }
        }

        return [.. output.Select(value => (float)(value + last))];
    }

    private static float[] Weights(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble()) - 1) / 2)];
    }
}
