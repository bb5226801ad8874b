namespace Thrum.Training.Data;

/// <summary>
/// Recordings divided by stretches of time instead of by windows: every sample belongs to one part only, so a window cut inside
/// a stretch shares no sample with a window of another part, however far windows overlap. Windows across a boundary do not exist.
/// </summary>
public sealed record BlockedSplit
{
    private BlockedSplit(IReadOnlyList<SampleRange> train, IReadOnlyList<SampleRange> validation, IReadOnlyList<SampleRange> calibration)
    {
        Train = train;
        Validation = validation;
        Calibration = calibration;
    }

    /// <summary>Stretches for training.</summary>
    public IReadOnlyList<SampleRange> Train { get; }

    /// <summary>Stretches for early stopping.</summary>
    public IReadOnlyList<SampleRange> Validation { get; }

    /// <summary>Stretches for calibration.</summary>
    public IReadOnlyList<SampleRange> Calibration { get; }

    /// <summary>
    /// Divides each recording into <paramref name="rounds"/> equal blocks and each block, in order of time, into train, validation
    /// and calibration. One round keeps the parts furthest apart; several let each part see the whole recording's drift.
    /// </summary>
    /// <param name="recordingLengths">Samples in each recording.</param>
    /// <param name="fractions">Shares of each block.</param>
    /// <param name="rounds">Blocks in each recording.</param>
    /// <param name="gapSamples">Samples left out at each boundary, against the memory of neighbouring samples.</param>
    /// <exception cref="ArgumentException">The fractions are negative, leave nothing for training or do not sum to 1.</exception>
    public static BlockedSplit Divide(IReadOnlyList<int> recordingLengths, SplitFractions fractions, int rounds = 1, int gapSamples = 0)
    {
        ArgumentNullException.ThrowIfNull(recordingLengths);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(gapSamples);
        CheckFractions(fractions);
        var train = new List<SampleRange>();
        var validation = new List<SampleRange>();
        var calibration = new List<SampleRange>();
        for (int recording = 0; recording < recordingLengths.Count; recording++)
        {
            long length = recordingLengths[recording];
            for (int round = 0; round < rounds; round++)
            {
                long start = length * round / rounds;
                long end = length * (round + 1) / rounds;
                long trainEnd = start + (long)Math.Round((end - start) * fractions.Train);
                long validationEnd = start + (long)Math.Round((end - start) * (fractions.Train + fractions.Validation));
                AddRange(train, recording, start, trainEnd);
                AddRange(validation, recording, trainEnd, validationEnd);
                AddRange(calibration, recording, validationEnd, end);
            }
        }

        return new BlockedSplit(train, validation, calibration);

        void AddRange(List<SampleRange> ranges, int recording, long start, long end)
        {
            long first = start == 0 ? 0 : start + gapSamples;
            if (end > first)
            {
                ranges.Add(new SampleRange(recording, (int)first, (int)(end - first)));
            }
        }
    }

    private static void CheckFractions(SplitFractions fractions)
    {
        const double tolerance = 1e-9;
        double sum = fractions.Train + fractions.Validation + fractions.Calibration;
        if (!(fractions.Train > 0) || fractions.Validation < 0 || fractions.Calibration < 0 || !(Math.Abs(sum - 1) <= tolerance))
        {
            throw new ArgumentException($"{fractions} sum to {sum}; expected shares of 0 or more that sum to 1, and some training", nameof(fractions));
        }
    }
}
