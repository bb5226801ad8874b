using Thrum.Training.Data;
using Thrum.Training.Models;

namespace Thrum.Training.Tests.Data;

public sealed class SampleSpoolTests : IDisposable
{
    private readonly SampleSpool _spool = new();

    public void Dispose() => _spool.Dispose();

    [Fact]
    public void Cut_FromDisk_GivesTheWindowsOfMemoryBitByBit()
    {
        ReadOnlyMemory<float>[] recordings = [.. new[] { 500, 500, 3, 3, 1203, 1203 }.Select((length, i) => (ReadOnlyMemory<float>)Noise(length, (ulong)i))];
        float[] withHole = recordings[5].ToArray();
        withHole[700] = float.NaN;
        recordings[5] = withHole;

        // The axes of a recording grow by turns, as they come from a file.
        foreach (ReadOnlyMemory<float>[] axes in recordings.Chunk(2))
        {
            int[] places = [_spool.Begin(), _spool.Begin()];
            for (int start = 0; start < axes[0].Length; start += 100)
            {
                for (int axis = 0; axis < 2; axis++)
                {
                    _spool.Append(places[axis], axes[axis].Span[start..Math.Min(start + 100, axes[axis].Length)]);
                }
            }
        }

        AxisSamples memory = new(new MemorySamples(recordings), 2), disk = new(_spool, 2);
        BlockedSplit split = BlockedSplit.Divide(disk.Lengths, SplitFractions.Default, rounds: 2);
        IReadOnlyList<ZScoreNormaliser> fitted = memory.Fit(split.Train);
        Assert.Equal(fitted, disk.Fit(split.Train));
        foreach (IReadOnlyList<SampleRange> ranges in new[] { split.Train, split.Validation, split.Calibration })
        {
            var expected = RecordedWindows.Cut(memory, ranges, 32, 8, fitted);
            var found = RecordedWindows.Cut(disk, ranges, 32, 8, fitted);
            Assert.NotEqual(0, found.Count);
            Assert.Equal(expected.SkippedNonFinite, found.SkippedNonFinite);
            Assert.Equal(WindowSet.Spread(expected, int.MaxValue).Values, WindowSet.Spread(found, int.MaxValue).Values);
        }
    }

    [Fact]
    public void Read_TrimmedAndRewritten_GivesWhatIsLeft()
    {
        int place = _spool.Begin(), other = _spool.Begin();
        float[] samples = Noise(200_000, 1);
        foreach (float[] piece in samples.Chunk(7_001))
        {
            _spool.Append(place, piece);
            _spool.Append(other, piece);
        }

        _spool.Trim(place, 10_000, 150_000);
        _spool.Rewrite(place, blocks => blocks.Select(block => new ReadOnlyMemory<float>([.. block.ToArray().Where((_, i) => i % 2 == 0)])));

        float[] found = new float[_spool.Lengths[place]], whole = new float[200_000];
        _spool.Read(place, 0, found);
        _spool.Read(other, 0, whole);
        Assert.Equal([.. samples[10_000..160_000].Where((_, i) => i % 2 == 0)], found);
        Assert.Equal(samples, whole);
        _spool.Trim(other, 1, 5);
        Assert.Throws<InvalidOperationException>(() => _spool.Append(other, [1f]));
    }

    [Fact]
    public void Pieces_OfALongStretch_HoldEachWindowOnce()
    {
        float[] samples = [.. Enumerable.Range(0, 300_000).Select(i => (float)i)];
        var axes = new AxisSamples(new MemorySamples([samples]));
        List<int> starts = [];
        foreach ((int start, IReadOnlyList<ReadOnlyMemory<float>> piece) in axes.Pieces(new SampleRange(0, 5, 299_000), 1000, 70))
        {
            for (int window = 0; window + 1000 <= piece[0].Length; window += 70)
            {
                Assert.Equal(5f + start + window, piece[0].Span[window]);
                starts.Add(start + window);
            }
        }

        Assert.Equal(Enumerable.Range(0, ((299_000 - 1000) / 70) + 1).Select(i => i * 70), starts);
    }

    /// <summary>What is in memory does not grow with the recording.</summary>
    [Fact]
    public void FitAndCut_OfALongRecording_AllocateLittle()
    {
        int place = _spool.Begin();
        float[] noise = Noise(1 << 20, 3);
        for (int i = 0; i < 16; i++)
        {
            _spool.Append(place, noise);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        var axes = new AxisSamples(_spool);
        var windows = RecordedWindows.Cut(axes, axes.Whole, 256, 64, axes.Fit(axes.Whole));
        float[] window = new float[256];
        windows.Read(windows.Count - 1, window);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(((16 << 20) - 256) / 64 + 1, windows.Count);
        Assert.True(allocated < 2 << 20, $"{allocated} bytes for 64 MB of samples");
    }

    private static float[] Noise(int length, ulong seed)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)random.NextGaussian())];
    }
}
