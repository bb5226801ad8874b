using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Thrum.Detector.Calibration;
using Thrum.Detector.Models;
using Thrum.Gateway.Cli;
using Thrum.Training.Data;

namespace Thrum.Gateway.Workflows;

/// <summary>Recordings of one or several axes that a model sees together, with their names. Immutable by contract.</summary>
internal sealed class AxisRecordings
{
    /// <param name="signals">The axes of the first recording, then those of the next.</param>
    /// <param name="axes">Axes per recording.</param>
    /// <param name="spool">The samples of the signals, which then have none; null where they are in memory.</param>
    /// <param name="like">Recordings whose axes these are to have; null for those of the first one.</param>
    /// <exception cref="UsageException">The axes of a recording differ in length, or recordings in their axes.</exception>
    public AxisRecordings(IReadOnlyList<Signal> signals, int axes, SampleSpool? spool = null, AxisRecordings? like = null)
    {
        ISampleSource samples = spool is not null ? new PickedSamples(spool, [.. signals.Select(signal => signal.Place)]) : new MemorySamples([.. signals.Select(signal => new ReadOnlyMemory<float>(signal.Samples))]);
        (Signal Signal, int Length)[][] recordings = [.. signals.Zip(samples.Lengths).Chunk(axes)];
        IReadOnlyList<string> names = like?.Names ?? [.. recordings[0].Select(axis => axis.Signal.Axis)];
        foreach ((Signal Signal, int Length)[] recording in recordings)
        {
            bool isAlike = recording.Length == axes && recording.Select(axis => axis.Signal.Axis).SequenceEqual(names) && recording.All(axis => axis.Length == recording[0].Length);
            if (axes > 1 && !isAlike)
            {
                throw new UsageException(
                    $"{recording[0].Signal.Recording} has the axes {string.Join(", ", recording.Select(axis => $"{axis.Signal.Axis} ({axis.Length} samples)"))}, expected those of {like?.RecordingNames[0] ?? recordings[0][0].Signal.Recording}, of one length");
            }
        }

        Labels = [.. signals.Select(signal => $"{signal.Recording}/{signal.Axis}")];
        RecordingNames = [.. recordings.Select(recording => recording[0].Signal.Recording)];
        Names = names;
        Samples = new AxisSamples(samples, axes);
    }

    /// <summary>Names of the axes.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Each signal as recording/axis, in the order given.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Names of the recordings.</summary>
    public IReadOnlyList<string> RecordingNames { get; }

    /// <summary>The samples.</summary>
    public AxisSamples Samples { get; }

    /// <summary>Samples of each recording.</summary>
    public IReadOnlyList<int> Lengths => Samples.Lengths;

    /// <summary>Each axis's mean and standard deviation.</summary>
    /// <exception cref="UsageException">An axis does not vary.</exception>
    public IReadOnlyList<ZScoreNormaliser> Fit(IReadOnlyList<SampleRange> ranges) => [.. Names.Select((name, axis) =>
    {
        try
        {
            return Samples.Fit(axis, ranges);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"the recordings cannot be normalised, expected samples of {name} that vary: {e.Message}", e);
        }
    })];

    /// <summary>Scores the windows of a stretch, appended per metric in order of time.</summary>
    /// <param name="scorer">Of the model.</param>
    /// <param name="model">The model.</param>
    /// <param name="range">The stretch.</param>
    /// <param name="hopSamples">Samples between the starts of windows.</param>
    /// <param name="scores">One list for each metric.</param>
    /// <param name="starts">Told where in the stretch each window begins that is scored; null for nobody.</param>
    /// <returns>How many windows were left out because a sample of them is missing or not finite.</returns>
    public int Score(RecordingScorer scorer, ModelMetadata model, SampleRange range, int hopSamples, IReadOnlyList<List<float>> scores, ICollection<int>? starts = null)
    {
        int leftOut = 0;
        List<int> inPiece = [];
        foreach ((int start, IReadOnlyList<ReadOnlyMemory<float>> axes) in Samples.Pieces(range, model.WindowSamples, hopSamples))
        {
            scorer.Score(axes, hopSamples, scores, inPiece);
            inPiece.ForEach(inside => starts?.Add(start + inside));
            leftOut += 1 + ((axes[0].Length - model.WindowSamples) / hopSamples) - inPiece.Count;
            inPiece.Clear();
        }

        return leftOut;
    }

    /// <summary>Stretches in pieces that hold every one of the stretches that anchors are of.</summary>
    public IEnumerable<ReadOnlyMemory<float>> Anchored(IEnumerable<SampleRange> ranges) =>
        ranges.SelectMany(range => Samples.Pieces(range, TrainingAnchors.StretchSamples, 1)).SelectMany(piece => piece.Axes);

    /// <summary>The signals' names and a hash of their samples.</summary>
    public string Fingerprint()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (SampleRange recording in Samples.Whole)
        {
            foreach (ReadOnlyMemory<float> block in Enumerable.Range(0, Samples.Axes).SelectMany(axis => Samples.Blocks(recording, axis)))
            {
                hash.AppendData(MemoryMarshal.AsBytes(block.Span));
            }
        }

        return $"{string.Join(", ", Labels)}; samples sha256 {Convert.ToHexStringLower(hash.GetHashAndReset())[..16]}";
    }
}
