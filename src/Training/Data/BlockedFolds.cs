namespace Thrum.Training.Data;

/// <summary>One part of a cross-validation.</summary>
/// <param name="Train">For the steps and the normaliser.</param>
/// <param name="Stop">Decides when to stop.</param>
/// <param name="Test">What the result is measured on; neither of the others saw it.</param>
public sealed record BlockedFold(IReadOnlyList<SampleRange> Train, IReadOnlyList<SampleRange> Stop, IReadOnlyList<SampleRange> Test);

/// <summary>
/// Blocked k-fold cross-validation: every recording is cut into k stretches of time. In fold i the i-th stretches are for testing, the next ones, cyclically, decide when to stop,
/// and the others are trained on. Windows are cut inside ranges, so windows of different parts share no sample, however far windows overlap.
/// </summary>
public static class BlockedFolds
{
    /// <summary>Fewest folds: one stretch to train on, one to stop on, one to test on.</summary>
    public const int Fewest = 3;

    /// <summary>The folds.</summary>
    /// <param name="recordingLengths">Samples in each recording.</param>
    /// <param name="folds">k, at least <see cref="Fewest"/>.</param>
    /// <param name="gapSamples">Samples left out of training on either side of the other parts, against the memory of neighbouring samples.</param>
    public static IReadOnlyList<BlockedFold> Divide(IReadOnlyList<int> recordingLengths, int folds, int gapSamples = 0)
    {
        ArgumentNullException.ThrowIfNull(recordingLengths);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, Fewest);
        ArgumentOutOfRangeException.ThrowIfNegative(gapSamples);
        return [.. Enumerable.Range(0, folds).Select(fold => new BlockedFold(
            [.. recordingLengths.SelectMany((length, recording) => Training(recording, length, folds, fold, gapSamples))],
            [.. recordingLengths.Select((length, recording) => Block(recording, length, folds, (fold + 1) % folds))],
            [.. recordingLengths.Select((length, recording) => Block(recording, length, folds, fold))]))];
    }

    private static SampleRange Block(int recording, int length, int folds, int block)
    {
        int start = Edge(length, folds, block);
        return new SampleRange(recording, start, Edge(length, folds, block + 1) - start);
    }

    /// <summary>What is neither tested nor stopped on: one stretch before and one behind the two blocks, or one between them where they lie at both ends.</summary>
    private static IEnumerable<SampleRange> Training(int recording, int length, int folds, int fold, int gap)
    {
        bool wraps = fold == folds - 1;
        (int Start, int End)[] stretches = wraps
            ? [(Edge(length, folds, 1) + gap, Edge(length, folds, fold) - gap)]
            : [(0, Edge(length, folds, fold) - gap), (Edge(length, folds, fold + 2) + gap, length)];
        return stretches.Where(stretch => stretch.End > stretch.Start).Select(stretch => new SampleRange(recording, stretch.Start, stretch.End - stretch.Start));
    }

    private static int Edge(int length, int folds, int block) => (int)((long)length * block / folds);
}
