using System.Runtime.InteropServices;
using Thrum.Detector.Models;

namespace Thrum.Detector.Tests.Models;

/// <summary>Models that <c>tests/references/make_torch_onnx.py</c> exported, each with PyTorch's own output.</summary>
public sealed class TorchModelTests
{
    private const int Window = 24;

    [Theory]
    [InlineData("dense", 1, ModelLayout.BatchFlat, 0)]
    [InlineData("dense-two-axes", 2, ModelLayout.BatchFlat, 0)]
    [InlineData("conv-one-axis", 1, ModelLayout.BatchAxesValues, 0)]
    [InlineData("conv-three-axes", 3, ModelLayout.BatchAxesValues, 0)]
    [InlineData("conv-fixed", 1, ModelLayout.BatchAxesValues, 4)]
    [InlineData("lstm-batch-major", 1, ModelLayout.BatchValuesAxes, 0)]
    [InlineData("lstm-two-axes", 2, ModelLayout.BatchValuesAxes, 0)]
    [InlineData("lstm-time-major", 1, ModelLayout.ValuesBatchAxes, 0)]
    [InlineData("lstm-time-major-two-axes", 2, ModelLayout.ValuesBatchAxes, 0)]
    [InlineData("lstm-fixed-one", 1, ModelLayout.BatchValuesAxes, 1)]
    public void Run_ModelOfAnyLayout_GivesPyTorchsOutput(string name, int axes, ModelLayout layout, int fixedBatch)
    {
        using AutoencoderModel model = Load(name, axes);
        using var runner = new BatchRunner(model, 16);
        float[] input = Floats($"{name}.input.f32");
        float[] output = Floats($"{name}.output.f32");
        int rows = input.Length / (axes * Window);
        for (int row = 0; row < rows; row++)
        {
            Gather(input, layout, rows, axes, row).CopyTo(runner.Input(row));
        }

        runner.Run(rows);

        Assert.Equal((layout, fixedBatch), (model.Layout, model.FixedBatch));
        for (int row = 0; row < rows; row++)
        {
            float[] expected = Gather(output, layout, rows, axes, row);
            Assert.Equal(expected, runner.Output(row).ToArray(), (a, b) => Math.Abs(a - b) <= 1e-5f);
        }
    }

    /// <summary>Scores of several axes are means over all of them: mse of PyTorch's own output, computed here in double.</summary>
    [Fact]
    public void CompileMetrics_TwoAxes_AveragesOverBoth()
    {
        using AutoencoderModel model = Load("lstm-two-axes", 2);
        float[] y = Gather(Floats("lstm-two-axes.input.f32"), ModelLayout.BatchValuesAxes, 10, 2, 3);
        float[] reconstruction = Gather(Floats("lstm-two-axes.output.f32"), ModelLayout.BatchValuesAxes, 10, 2, 3);
        float[] values = new float[2];

        model.CompileMetrics().Evaluate(y, reconstruction, values);

        Assert.Equal(y.Zip(reconstruction, (a, b) => (double)(a - b) * (a - b)).Average(), values[0], 1e-6);
        double[] offsets = [.. Enumerable.Range(0, 2).Select(axis =>
            Math.Abs(Math.Abs(y.Skip(axis * Window).Take(Window).Average()) - Math.Abs(reconstruction.Skip(axis * Window).Take(Window).Average())))];
        Assert.Equal(offsets.Average(), values[1], 1e-5);
    }

    [Fact]
    public void Load_BatchTakenForTime_IsRefused()
    {
        string path = TestModels.PathOf(Path.Combine("torch", "lstm-time-major.onnx"));
        string message = Assert.Throws<ModelFileException>(() => Load("lstm-time-major", 1, ("layout", "batch,values,axes"))).Message;

        Assert.Equal($"Model {path}: expected input and output in the layout batch,values,axes, found Float [24, any, 1] and Float [24, any, 1]", message);
    }

    private static AutoencoderModel Load(string name, int axes, params (string Key, string Value)[] more)
    {
        var properties = new Dictionary<string, string>
        {
            ["window"] = "24",
            ["rate"] = "1000",
            ["axes"] = $"{axes}",
            ["normaliser"] = """{"kind":"zscore","mean":0,"std":1}""",
            ["metrics"] = """["mse","fft(0)"]""",
        };
        foreach ((string key, string value) in more)
        {
            properties[key] = value;
        }

        return AutoencoderModel.Load(TestModels.PathOf(Path.Combine("torch", $"{name}.onnx")), properties);
    }

    private static float[] Floats(string name) =>
        MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(TestModels.PathOf(Path.Combine("torch", name)))).ToArray();

    /// <summary>One window, one axis after the other, out of a tensor in PyTorch's order.</summary>
    private static float[] Gather(float[] tensor, ModelLayout layout, int rows, int axes, int row)
    {
        float[] window = new float[axes * Window];
        for (int axis = 0; axis < axes; axis++)
        {
            for (int i = 0; i < Window; i++)
            {
                int at = layout switch
                {
                    ModelLayout.BatchValuesAxes => (((row * Window) + i) * axes) + axis,
                    ModelLayout.ValuesBatchAxes => (((i * rows) + row) * axes) + axis,
                    _ => (((row * axes) + axis) * Window) + i,
                };
                window[(axis * Window) + i] = tensor[at];
            }
        }

        return window;
    }
}
