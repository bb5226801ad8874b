namespace Thrum.Training.Data;

/// <summary>Recordings of one or several axes that a model sees together. Immutable by contract; reading is thread-safe.</summary>
public sealed class AxisSamples
{
    private const int PieceSamples = 1 << 16;

    private readonly ISampleSource _samples;

    /// <summary>Groups what a source holds.</summary>
    /// <param name="samples">The axes of the first recording, then those of the next.</param>
    /// <param name="axes">Axes of a recording.</param>
    /// <exception cref="ArgumentException">There are axes left over, or those of a recording differ in length.</exception>
    public AxisSamples(ISampleSource samples, int axes = 1)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfLessThan(axes, 1);
        int[][] lengths = [.. samples.Lengths.Chunk(axes)];
        if (Array.FindIndex(lengths, recording => recording.Length < axes || recording.Any(length => length != recording[0])) is >= 0 and int bad)
        {
            throw new ArgumentException($"the axes of recording {bad} have {string.Join(", ", lengths[bad])} samples; expected {axes} axes of one length", nameof(samples));
        }

        _samples = samples;
        Axes = axes;
        Lengths = [.. lengths.Select(recording => recording[0])];
    }

    /// <summary>Axes of a recording.</summary>
    public int Axes { get; }

    /// <summary>Samples of each recording.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>Every recording from beginning to end.</summary>
    public IReadOnlyList<SampleRange> Whole => [.. Lengths.Select((length, recording) => new SampleRange(recording, 0, length))];

    /// <summary>Copies a stretch of an axis.</summary>
    public void Read(int recording, int axis, int start, Span<float> samples) => _samples.Read((recording * Axes) + axis, start, samples);

    /// <summary>One axis of a stretch, block by block; each is valid until the next.</summary>
    public IEnumerable<ReadOnlyMemory<float>> Blocks(SampleRange range, int axis)
    {
        float[] block = new float[Math.Min(PieceSamples, Math.Max(0, range.Length))];
        for (int done = 0; done < range.Length; done += block.Length)
        {
            Memory<float> part = block.AsMemory(0, Math.Min(block.Length, range.Length - done));
            Read(range.Recording, axis, range.Start + done, part.Span);
            yield return part;
        }
    }

    /// <summary>
    /// A stretch of all axes in pieces that fit into memory. Windows that begin every <paramref name="hopSamples"/> samples of the stretch lie each in one piece, at multiples of
    /// the hop from its beginning; pieces overlap for that.
    /// </summary>
    /// <param name="range">The stretch.</param>
    /// <param name="windowSamples">Length of a window.</param>
    /// <param name="hopSamples">Distance between the starts of windows.</param>
    /// <returns>Where in the stretch each begins, and its axes, valid until the next piece.</returns>
    public IEnumerable<(int Start, IReadOnlyList<ReadOnlyMemory<float>> Axes)> Pieces(SampleRange range, int windowSamples, int hopSamples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowSamples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hopSamples, 1);
        long advance = hopSamples * (Math.Max(0L, PieceSamples - windowSamples) / hopSamples + 1);
        long longest = Math.Min(range.Length, advance - hopSamples + windowSamples);
        float[][] buffers = [.. Enumerable.Range(0, Axes).Select(_ => new float[Math.Max(0, longest)])];
        for (long start = 0; start + windowSamples <= range.Length; start += advance)
        {
            int count = (int)Math.Min(longest, range.Length - start);
            for (int axis = 0; axis < Axes; axis++)
            {
                Read(range.Recording, axis, range.Start + (int)start, buffers[axis].AsSpan(0, count));
            }

            yield return ((int)start, [.. buffers.Select(buffer => new ReadOnlyMemory<float>(buffer, 0, count))]);
        }
    }

    /// <summary>An axis's mean and standard deviation.</summary>
    /// <param name="axis">Which.</param>
    /// <param name="trainingRanges">The training part only: what the other parts hold must not leak into the model.</param>
    /// <exception cref="ArgumentException">There is no finite sample, or all are equal.</exception>
    public ZScoreNormaliser Fit(int axis, IReadOnlyList<SampleRange> trainingRanges) => ZScoreNormaliser.Fit(() => trainingRanges.SelectMany(range => Blocks(range, axis)));

    /// <summary>Each axis's mean and standard deviation.</summary>
    /// <inheritdoc cref="Fit(int, IReadOnlyList{SampleRange})"/>
    public IReadOnlyList<ZScoreNormaliser> Fit(IReadOnlyList<SampleRange> trainingRanges) => [.. Enumerable.Range(0, Axes).Select(axis => Fit(axis, trainingRanges))];
}
