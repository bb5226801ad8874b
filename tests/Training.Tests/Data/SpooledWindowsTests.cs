using Thrum.Training.Data;
using Thrum.Training.Models;

namespace Thrum.Training.Tests.Data;

public sealed class SpooledWindowsTests
{
    [Fact]
    public void Cut_FromDisk_GivesTheWindowsOfMemoryBitByBit()
    {
        var random = new SeededRandom(1);
        ReadOnlyMemory<float>[] recordings = [.. new[] { 500, 3, 1203 }.Select(length => (ReadOnlyMemory<float>)Enumerable.Range(0, length).Select(_ => (float)random.NextGaussian()).ToArray())];
        float[] withHole = recordings[2].ToArray();
        withHole[700] = float.NaN;
        recordings[2] = withHole;
        using var spool = new SampleSpool();
        foreach (ReadOnlyMemory<float> recording in recordings)
        {
            spool.Add(recording.Span);
        }

        BlockedSplit split = BlockedSplit.Divide(spool.Lengths, SplitFractions.Default, rounds: 2);
        var normaliser = ZScoreNormaliser.Fit(recordings, split.Train);
        Assert.Equal(normaliser, ZScoreNormaliser.Fit(spool, split.Train));
        foreach (IReadOnlyList<SampleRange> ranges in new[] { split.Train, split.Validation, split.Calibration })
        {
            WindowSet expected = normaliser.Apply(WindowSet.Cut(recordings, ranges, 32, 8));
            var found = SpooledWindows.Cut(spool, ranges, 32, 8, normaliser);
            Assert.Equal(expected.Count, found.Count);
            float[] window = new float[32];
            for (int i = 0; i < expected.Count; i++)
            {
                found.Read(i, window);
                Assert.Equal(expected[i], window);
            }
        }
    }
}
