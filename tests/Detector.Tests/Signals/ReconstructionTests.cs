using Thrum.Detector.Measures;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Questions;
using Thrum.Detector.Samples;
using Thrum.Detector.Signals;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Tests.Pipeline;

namespace Thrum.Detector.Tests.Signals;

/// <summary>Somebody looks at an axis whose newest window has no reconstruction to show: they see the samples, and the pipeline goes on.</summary>
public sealed class ReconstructionTests
{
    private static readonly AxisId Axis = new("m", "s", "x");

    [Theory]
    [InlineData("""{"kind":"level"}""")]
    [InlineData("""{"kind":"zscore","mean":0,"std":1}""")]
    public async Task ReadSignalAsync_AxisOfAJointModel_ShowsSamplesWithoutAReconstruction(string normaliser) => await CheckAsync(
        JointModels.LoadThreeAxes(normaliser: normaliser),
        Enumerable.Range(0, 4).SelectMany(i => new[] { "x", "y", "z" }.Select(axis => TestBlock.Noise(Axis with { Axis = axis }, i, 50))));

    [Fact]
    public async Task ReadSignalAsync_ModelThatFailsOnTheWindow_ShowsSamplesWithoutAReconstruction() => await CheckAsync(
        GreedyModelTests.LoadGreedyOnLoud(), Enumerable.Range(0, 4).Select(i => TestBlock.Noise(Axis, i, 50, amplitude: 1e12)));

    private static async Task CheckAsync(AutoencoderModel model, IEnumerable<TestBlock> blocks)
    {
        var options = new DetectorOptions { Shards = 1, MaxBatch = 1, Lateness = TimeSpan.Zero, Measures = new MeasureOptions { Buffer = TimeSpan.FromMilliseconds(100) } };
        using var run = new PipelineRun(model, options);
        using var reader = new AxisReader(run.Pipeline);
        AxisAnswer<AxisSignal>? answer = null;

        await run.FeedAsync(ThenLook(), TestContext.Current.CancellationToken);

        Assert.NotNull(answer);
        Assert.Equal((AnswerOutcome.Found, null), (answer.Outcome, answer.Value?.Reconstructed));

        // The input goes on until the answer came: behind its end there would be none.
        IEnumerable<TestBlock> ThenLook()
        {
            foreach (TestBlock block in blocks)
            {
                yield return block;
            }

            answer = reader.ReadSignalAsync(Axis, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(2)).GetAwaiter().GetResult();
        }
    }
}
