using Thrum.Detector.Models;

namespace Thrum.Detector.Tests.Models;

public sealed class BatchRunnerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(64)]
    [InlineData(100)]
    public void Run_OneWindowAtAnyRowOfAnyBatch_GivesTheSameBits(int maxBatch)
    {
        using AutoencoderModel model = TestModels.LoadDense();
        float[] window = Window(42);
        float[] expected = Reference(model, window);
        using var runner = new BatchRunner(model, maxBatch);
        for (int rows = 1; rows <= maxBatch; rows = (rows * 2) + 1)
        {
            for (int row = 0; row < rows; row++)
            {
                for (int other = 0; other < rows; other++)
                {
                    (other == row ? window : Window(other)).CopyTo(runner.Input(other));
                }

                runner.Run(rows);

                Assert.Equal(expected, runner.Output(row).ToArray());
            }
        }
    }

    [Fact]
    public void Run_DenseModel_EqualsItsFormulaInDouble()
    {
        using AutoencoderModel model = TestModels.LoadDense();
        float[] ramp = [.. Enumerable.Range(0, TestModels.Window).Select(i => (i - 16) / 16f)];

        float[] found = Reference(model, ramp);

        // tanh(x·w1 + b1)·w2 + b2 with the weights of the file, in double, by NumPy.
        Assert.Equal([0.265_407_85f, 0.205_601_87f, -0.946_532_32f, -0.135_680_91f], found[..4], (a, b) => Math.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void BatchSizes_StartWithTheLargestAndFall()
    {
        using AutoencoderModel model = TestModels.LoadDense();
        using var runner = new BatchRunner(model, 64);

        Assert.Equal(64, runner.BatchSizes[0]);
        Assert.Equal(runner.BatchSizes.OrderDescending(), runner.BatchSizes);
        Assert.Throws<ArgumentOutOfRangeException>(() => runner.Run(65));
    }

    [Fact]
    public void Create_ModelWhoseOutputIsNoWindow_IsRefused()
    {
        using var model = AutoencoderModel.Load(TestModels.PathOf("data-dependent.onnx"));

        string message = Assert.Throws<ModelFileException>(() => new BatchRunner(model, 4)).Message;

        Assert.StartsWith($"Model {model.Path}: expected it to run on a batch of 4 windows, found: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Run_SteadyState_AllocatesNothing()
    {
        using AutoencoderModel model = TestModels.LoadDense();
        using var runner = new BatchRunner(model, 16);
        int run = 0;

        Assert.Equal(0, Allocations.WhenWarm(() => runner.Run(1 + (run++ % 16)), runs: 32));
    }

    private static float[] Reference(AutoencoderModel model, float[] window)
    {
        using var runner = new BatchRunner(model, 3);
        window.CopyTo(runner.Input(1));
        runner.Run(3);
        return runner.Output(1).ToArray();
    }

    private static float[] Window(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, TestModels.Window).Select(_ => (float)((6 * random.NextDouble()) - 3))];
    }
}
