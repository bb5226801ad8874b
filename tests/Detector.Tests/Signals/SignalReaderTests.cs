using Thrum.Detector.Samples;
using Thrum.Detector.Signals;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Tests.Pipeline;

namespace Thrum.Detector.Tests.Signals;

/// <summary>Somebody looks at an axis while it is scored.</summary>
public sealed class SignalReaderTests
{
    private static readonly AxisId Axis = new("pump", "s1", "x");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadAsync_BetweenBlocks_ShowsTheNewestSamplesAndChangesNoScore()
    {
        TestBlock[] blocks = [.. Enumerable.Range(0, 40).Select(i => TestBlock.Noise(Axis, i, 100))];
        float[] recording = [.. blocks.SelectMany(block => block.Samples)];
        using var unseen = new PipelineRun(1);
        using var seen = new PipelineRun(1);
        using var reader = new SignalReader(seen.Pipeline);
        List<Task<SignalAnswer>> looks = [];

        await unseen.FeedAsync(blocks, Cancelled);
        await seen.FeedAsync(LookingAsync(blocks, reader, looks), Cancelled);
        SignalAnswer[] answers = await Task.WhenAll(looks);

        Assert.Equal(unseen.Lines[Axis], seen.Lines[Axis]);
        AxisSignal[] signals = [.. answers.Select(answer => answer.Signal).OfType<AxisSignal>()];
        // The measurement buffer is full behind the eleventh block.
        Assert.Equal(blocks.Length - 10, signals.Length);
        Assert.All(signals, signal =>
        {
            int end = (int)Math.Round((signal.EndUnixNs - PipelineRun.Origin) * signal.SampleRateHz / 1e9) + 1;
            Assert.Equal(recording[(end - signal.Samples.Count)..end], signal.Samples);
            Assert.Equal(TestModels.RateHz, signal.SampleRateHz);
            Assert.Equal(signal.Reconstructed!.Input.Count, signal.Reconstructed.Output.Count);
            Assert.NotEqual(signal.Reconstructed.Input, signal.Reconstructed.Output);
        });
    }

    [Fact]
    public async Task ReadAsync_NothingToSee_SaysWhy()
    {
        using var run = new PipelineRun(1);
        using var reader = new SignalReader(run.Pipeline);
        List<Task<SignalAnswer>> early = [];

        await run.FeedAsync(LookingAsync([TestBlock.Noise(Axis, 0, 100)], reader, early), Cancelled);
        SignalAnswer late = await reader.ReadAsync(Axis, Cancelled);

        Assert.Equal(SignalOutcome.Unknown, (await early[0]).Outcome);
        Assert.Contains("pump/s1/x is unknown", (await early[0]).Message, StringComparison.Ordinal);
        Assert.Equal(SignalOutcome.Empty, (await early[1]).Outcome);
        Assert.Equal(SignalOutcome.Unavailable, late.Outcome);
    }

    /// <summary>
    /// Looks before the blocks and behind each. A look waits in the shard's queue like a block, and the next block is not held up by it; only the look before it has
    /// been answered by then, since one beyond the reader's few would wait for its turn beside the queue, and come behind blocks that were written later.
    /// </summary>
    private static async IAsyncEnumerable<TestBlock> LookingAsync(IEnumerable<TestBlock> blocks, SignalReader reader, List<Task<SignalAnswer>> looks)
    {
        looks.Add(reader.ReadAsync(Axis, Cancelled));
        foreach (TestBlock block in blocks)
        {
            yield return block;
            looks.Add(reader.ReadAsync(Axis, Cancelled));
            await looks[^2];
        }
    }
}
