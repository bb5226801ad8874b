using Thrum.Gateway.Cli;
using Thrum.Gateway.Workflows;
using Thrum.Training.Data;

namespace Thrum.Gateway.Tests.Workflows;

public sealed class AxisRecordingsTests
{
    [Fact]
    public void Cut_TwoAxes_NormalisesEachAndLeavesOutWhatIsNotFinite()
    {
        var recordings = new AxisRecordings([Ramp("a", "x", 0, 8), Ramp("a", "y", 100, 8, bad: 5)], 2);
        ZScoreNormaliser[] normalisers = [new ZScoreNormaliser(0, 1), new ZScoreNormaliser(100, 2)];

        var windows = RecordedWindows.Cut(recordings.Samples, [new SampleRange(0, 0, 8)], 2, 2, normalisers);
        float[] window = new float[4];
        float[] values = [.. Enumerable.Range(0, windows.Count).SelectMany(i =>
        {
            windows.Read(i, window);
            return window.ToArray();
        })];

        Assert.Equal((3, 4, 1), (windows.Count, windows.WindowSamples, windows.SkippedNonFinite));
        Assert.Equal([0f, 1, 0, 0.5f, 2, 3, 1, 1.5f, 6, 7, 3, 3.5f], values);
    }

    [Fact]
    public void Fit_TwoAxes_GivesEachItsOwn()
    {
        var recordings = new AxisRecordings([Ramp("a", "x", 0, 3), Ramp("a", "y", 10, 3), Ramp("b", "x", 0, 3), Ramp("b", "y", 10, 3)], 2);

        Assert.Equal([1f, 11], recordings.Fit([new SampleRange(0, 0, 3), new SampleRange(1, 0, 3)]).Select(axis => axis.Mean));
        Assert.Equal([3, 3], recordings.Lengths);
    }

    [Theory]
    [InlineData("z", 4)]
    [InlineData("y", 3)]
    public void New_RecordingOfOtherAxesOrLength_IsRefused(string name, int count)
    {
        Signal[] signals = [Ramp("a", "x", 0, 4), Ramp("a", "y", 0, 4), Ramp("b", "x", 0, 4), Ramp("b", name, 0, count)];

        Assert.Equal(
            $"b has the axes x (4 samples), {name} ({count} samples), expected those of a, of one length", Assert.Throws<UsageException>(() => new AxisRecordings(signals, 2)).Message);
    }

    private static Signal Ramp(string recording, string axis, int first, int count, int bad = -1) =>
        new(recording, axis, 1, null, [.. Enumerable.Range(0, count).Select(i => i == bad ? float.NaN : first + i)]);
}
