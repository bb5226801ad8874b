using Thrum.Detector.Calibration;
using Thrum.Detector.Questions;
using Thrum.Detector.Samples;
using Thrum.Detector.Signals;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Tests.Pipeline;

namespace Thrum.Detector.Tests.Questions;

/// <summary>Somebody looks at an axis while it is scored.</summary>
public sealed class AxisReaderTests
{
    private static readonly AxisId Axis = new("pump", "s1", "x");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadSignalAsync_BetweenBlocks_ShowsTheNewestSamplesAndChangesNoScore()
    {
        TestBlock[] blocks = [.. Enumerable.Range(0, 40).Select(i => TestBlock.Noise(Axis, i, 100))];
        float[] recording = [.. blocks.SelectMany(block => block.Samples)];
        using var unseen = new PipelineRun(1);
        using var seen = new PipelineRun(1);
        using var reader = new AxisReader(seen.Pipeline);
        List<Task<AxisAnswer<AxisSignal>>> looks = [];

        await unseen.FeedAsync(blocks, Cancelled);
        await seen.FeedAsync(LookingAsync(blocks, reader, looks), Cancelled);
        AxisAnswer<AxisSignal>[] answers = await Task.WhenAll(looks);

        Assert.Equal(unseen.Lines[Axis], seen.Lines[Axis]);
        AxisSignal[] signals = [.. answers.Select(answer => answer.Value).OfType<AxisSignal>()];
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
    public async Task ReadSignalAsync_NothingToSee_SaysWhy()
    {
        using var run = new PipelineRun(1);
        using var reader = new AxisReader(run.Pipeline);
        List<Task<AxisAnswer<AxisSignal>>> early = [];

        await run.FeedAsync(LookingAsync([TestBlock.Noise(Axis, 0, 100)], reader, early), Cancelled);
        AxisAnswer<AxisSignal> late = await reader.ReadSignalAsync(Axis, Cancelled);

        Assert.Equal(AnswerOutcome.Unknown, (await early[0]).Outcome);
        Assert.Contains("pump/s1/x is unknown", (await early[0]).Message, StringComparison.Ordinal);
        Assert.Equal(AnswerOutcome.Empty, (await early[1]).Outcome);
        Assert.Equal(AnswerOutcome.Unavailable, late.Outcome);
    }

    [Fact]
    public async Task ReadStandardAsync_WhatTheAxisHasAndHasNot_TellsOrSaysWhy()
    {
        using var run = new PipelineRun(1);
        using var reader = new AxisReader(run.Pipeline);
        List<AxisAnswer<AxisStandard>> answers = [];

        await run.FeedAsync(AskingAsync(), Cancelled);

        Assert.Equal([AnswerOutcome.Unknown, AnswerOutcome.Found, AnswerOutcome.Unknown], answers.Select(answer => answer.Outcome));
        Assert.Equal("pump/s1/x is unknown: nothing of it was received yet", answers[0].Message);
        Assert.NotEmpty(answers[1].Value!.Revision);
        Assert.Equal("pump/s1/x has no band 'fast', expected none: Detector:Operating gives it no bands", answers[2].Message);

        async IAsyncEnumerable<TestBlock> AskingAsync()
        {
            answers.Add(await reader.ReadStandardAsync(Axis, "", AxisScorer.OfWindows, Cancelled));
            yield return TestBlock.Noise(Axis, 0, 100);
            answers.Add(await reader.ReadStandardAsync(Axis, "", AxisScorer.OfWindows, Cancelled));
            answers.Add(await reader.ReadStandardAsync(Axis, "fast", AxisScorer.OfWindows, Cancelled));
        }
    }

    /// <summary>
    /// Looks before the blocks and behind each. A look waits in the shard's queue like a block, and the next block is not held up by it; only the look before it has
    /// been answered by then, since one beyond the reader's few would wait for its turn beside the queue, and come behind blocks that were written later.
    /// </summary>
    private static async IAsyncEnumerable<TestBlock> LookingAsync(IEnumerable<TestBlock> blocks, AxisReader reader, List<Task<AxisAnswer<AxisSignal>>> looks)
    {
        looks.Add(reader.ReadSignalAsync(Axis, Cancelled));
        foreach (TestBlock block in blocks)
        {
            yield return block;
            looks.Add(reader.ReadSignalAsync(Axis, Cancelled));
            await looks[^2];
        }
    }
}
