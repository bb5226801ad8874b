using Thrum.Gateway.Cli;
using Thrum.Training.Data;

namespace Thrum.Gateway.Workflows;

/// <summary>Recordings of one or several axes that a model sees together. Immutable by contract.</summary>
internal sealed class AxisRecordings
{
    private readonly SampleSpool? _spool;
    private readonly IReadOnlyList<ReadOnlyMemory<float>>[] _byAxis;

    /// <param name="signals">The axes of the first recording, then those of the next.</param>
    /// <param name="axes">Axes per recording.</param>
    /// <param name="spool">The samples of recordings of one axis, whose signals then have none; null where they are in memory.</param>
    /// <exception cref="UsageException">The axes of a recording differ in length, or recordings in their axes.</exception>
    public AxisRecordings(IReadOnlyList<Signal> signals, int axes, SampleSpool? spool = null)
    {
        _spool = spool;
        Signal[][] recordings = [.. signals.Chunk(axes)];
        foreach (Signal[] recording in recordings)
        {
            string[] found = [.. recording.Select(signal => signal.Axis)];
            if (recording.Length != axes)
            {
                throw new UsageException($"{recording[0].Recording} has the axes {string.Join(", ", found)}, expected {axes} of each recording");
            }

            if (axes > 1 && (!found.SequenceEqual(recordings[0].Select(signal => signal.Axis)) || recording.Any(signal => signal.Samples.Length != recording[0].Samples.Length)))
            {
                throw new UsageException(
                    $"{recording[0].Recording} has the axes {string.Join(", ", recording.Select(signal => $"{signal.Axis} ({signal.Samples.Length} samples)"))}, expected those of {recordings[0][0].Recording}, of one length");
            }
        }

        Labels = [.. signals.Select(signal => $"{signal.Recording}/{signal.Axis}")];
        RecordingNames = [.. recordings.Select(recording => recording[0].Recording)];
        Names = [.. recordings[0].Select(signal => signal.Axis)];
        _byAxis = spool is not null
            ? [spool]
            : [.. Enumerable.Range(0, axes).Select(axis => recordings.Select(recording => new ReadOnlyMemory<float>(recording[axis].Samples)).ToArray())];
    }

    /// <summary>Names of the axes.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Each signal as recording/axis, in the order given.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Names of the recordings.</summary>
    public IReadOnlyList<string> RecordingNames { get; }

    /// <summary>Samples of each recording.</summary>
    public IReadOnlyList<int> Lengths => _spool?.Lengths ?? [.. _byAxis[0].Select(samples => samples.Length)];

    /// <summary>Every axis of each recording, from beginning to end.</summary>
    public IEnumerable<IReadOnlyList<ReadOnlyMemory<float>>> Whole => Lengths.Select((length, recording) => Stretch(new SampleRange(recording, 0, length)));

    /// <summary>A stretch of every axis.</summary>
    public IReadOnlyList<ReadOnlyMemory<float>> Stretch(SampleRange range) =>
        [.. _byAxis.Select(axis => axis[range.Recording].Slice(range.Start, range.Length))];

    /// <summary>Each axis's mean and standard deviation.</summary>
    /// <exception cref="UsageException">An axis does not vary.</exception>
    public IReadOnlyList<ZScoreNormaliser> Fit(IReadOnlyList<SampleRange> ranges) => [.. _byAxis.Select((axis, i) =>
    {
        try
        {
            return ZScoreNormaliser.Fit(axis, ranges);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"the recordings cannot be normalised, expected samples of {Names[i]} that vary: {e.Message}", e);
        }
    })];

    /// <summary>
    /// Normalised windows on each recording's own grid, as <see cref="WindowSet.Cut(IReadOnlyList{ReadOnlyMemory{float}}, IEnumerable{SampleRange}, int, int)"/> cuts them, with
    /// the axes of a window one after the other.
    /// </summary>
    public IWindowSource Cut(IReadOnlyList<SampleRange> ranges, int windowSamples, int hopSamples, IReadOnlyList<ZScoreNormaliser> normalisers)
    {
        if (_spool is not null)
        {
            return SpooledWindows.Cut(_spool, ranges, windowSamples, hopSamples, normalisers[0]);
        }

        if (_byAxis.Length == 1)
        {
            return normalisers[0].Apply(WindowSet.Cut(_byAxis[0], ranges, windowSamples, hopSamples));
        }

        var values = new List<float>();
        float[] joint = new float[_byAxis.Length * windowSamples];
        int skipped = 0;
        foreach (SampleRange range in ranges)
        {
            for (int start = (range.Start + hopSamples - 1) / hopSamples * hopSamples; start + windowSamples <= range.Start + range.Length; start += hopSamples)
            {
                for (int axis = 0; axis < _byAxis.Length; axis++)
                {
                    normalisers[axis].Apply(_byAxis[axis][range.Recording].Span.Slice(start, windowSamples), joint.AsSpan(axis * windowSamples, windowSamples));
                }

                if (Array.TrueForAll(joint, float.IsFinite))
                {
                    values.AddRange(joint);
                }
                else
                {
                    skipped++;
                }
            }
        }

        return new WindowSet([.. values], joint.Length, skipped);
    }
}
