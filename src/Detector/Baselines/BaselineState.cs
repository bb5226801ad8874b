using System.Numerics.Tensors;
using Thrum.Detector.Calibration;
using Thrum.Detector.Checkpoints;

namespace Thrum.Detector.Baselines;

/// <summary>
/// What one axis was in its first minutes, and how far it is from that. First the mean and standard deviation of each bin of the log-spectrum are
/// learned, then those of the logarithm of every score, on a later block that the first did not see. Memory is a few numbers per bin. A shard
/// owns it.
/// </summary>
internal sealed class BaselineState : ICheckpointed
{
    // A level that doubled or halved between the two blocks: the machine started or stopped.
    private const double MostLevelChange = 0.693_147_180_559_945_3;

    private readonly int _learnWindows;
    private readonly int _calibrateWindows;
    private readonly float[] _centres;
    private readonly float[] _factors;
    private readonly float[] _logs = new float[BaselineScores.Count];
    private Moments? _bins;
    private Moments _learnedLevel = new(1);
    private Moments _scores = new(BaselineScores.Count);
    private (double Mean, double Deviation)?[]? _own;

    /// <param name="binCount">Bins of the log-spectrum.</param>
    /// <param name="learnWindows">Windows of the first block.</param>
    /// <param name="calibrateWindows">Windows of the second.</param>
    public BaselineState(int binCount, int learnWindows, int calibrateWindows)
    {
        _learnWindows = learnWindows;
        _calibrateWindows = calibrateWindows;
        _centres = new float[binCount];
        _factors = new float[binCount];
        _bins = new Moments(binCount);
    }

    /// <summary>The mean of each bin of the log-spectrum.</summary>
    public ReadOnlySpan<float> Centres => _centres;

    /// <summary>True once windows have scores.</summary>
    public bool IsLearned => _bins is null && _scores.Seen >= _calibrateWindows;

    /// <summary>Takes other distributions of the scores than those of the second block, or those again. What was learned of the spectrum stays.</summary>
    public void Use(CalibrationTable? table) => _own = table is null
        ? null
        : [.. BaselineScores.Scores.Select(score => table.Metrics.GetValueOrDefault(score) is { } own ? (own.LogMean, own.LogStd) : ((double, double)?)null)];

    /// <summary>Mean and standard deviation of the logarithm of a healthy score.</summary>
    public (double Mean, double Deviation) Healthy(int score) => _own?[score] ?? (_scores.Mean(score), _scores.Deviation(score));

    /// <summary>The healthy distributions of the scores, by their names; empty while they are being learned.</summary>
    public IReadOnlyDictionary<string, ScoreDistribution> Distributions() => !IsLearned ? new Dictionary<string, ScoreDistribution>() : Enumerable.Range(0, BaselineScores.Count)
        .ToDictionary(i => BaselineScores.Scores[i], i => ScoreDistribution.LogNormal(_scores.Seen, Healthy(i).Mean, Math.Max(Healthy(i).Deviation, ScoreDistribution.LeastDeviation)));

    /// <summary>Takes a window.</summary>
    /// <param name="bins">Its log-spectrum.</param>
    /// <param name="scores">RMS, kurtosis and crest; the others are filled in.</param>
    /// <param name="values">Receives the values written per window where it has scores.</param>
    /// <param name="scratch">As long as <paramref name="bins"/>.</param>
    public BaselineStep Next(ReadOnlySpan<float> bins, Span<double> scores, Span<float> values, Span<float> scratch)
    {
        if (_bins is not null)
        {
            Learn(_bins, bins, scores);
            return BaselineStep.Learning;
        }

        FillSpectrumScores(bins, scores, scratch);
        for (int i = 0; i < _logs.Length; i++)
        {
            // 1e-9 keeps the logarithm of a spectrum that is the baseline itself finite.
            _logs[i] = (float)Math.Log(Math.Max(scores[i], 1e-9));
        }

        if (_scores.Seen < _calibrateWindows)
        {
            return Calibrate();
        }

        for (int i = 0; i < _logs.Length; i++)
        {
            values[1 + i] = (float)scores[i];
            (double mean, double deviation) = Healthy(i);
            values[BaselineScores.Deviation(i)] = (float)((_logs[i] - mean) / Math.Max(deviation, ScoreDistribution.LeastDeviation));
        }

        values[0] = BaselineScores.Greatest(values);
        return BaselineStep.Scored;
    }

    public void Save(CheckpointWriter writer)
    {
        writer.Write(_bins is not null);
        _bins?.Save(writer);
        writer.Write(_centres);
        writer.Write(_factors);
        _learnedLevel.Save(writer);
        _scores.Save(writer);
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        bool learning = reader.ReadBoolean();
        _bins = learning ? new Moments(_centres.Length) : null;
        _bins?.Load(ref reader);
        bool fits = reader.ReadSingles(_centres) == _centres.Length & reader.ReadSingles(_factors) == _factors.Length;
        _learnedLevel.Load(ref reader);
        _scores.Load(ref reader);
        fits &= reader.IsValid && reader.IsAtEnd && _scores.IsConsistent && _learnedLevel.IsConsistent && _bins is null or { IsConsistent: true };
        if (!fits)
        {
            Restart();
        }

        return fits;
    }

    private void Learn(Moments moments, ReadOnlySpan<float> bins, ReadOnlySpan<double> scores)
    {
        moments.Add(bins);
        _learnedLevel.Add([(float)Math.Log(scores[BaselineScores.Rms])]);
        if (moments.Seen < _learnWindows)
        {
            return;
        }

        for (int i = 0; i < _centres.Length; i++)
        {
            _centres[i] = (float)moments.Mean(i);
            _factors[i] = (float)(1 / Math.Max(moments.Deviation(i), ScoreDistribution.LeastDeviation));
        }

        _bins = null;
    }

    private BaselineStep Calibrate()
    {
        _scores.Add(_logs);
        if (_scores.Seen < _calibrateWindows)
        {
            return BaselineStep.Learning;
        }

        if (Math.Abs(_scores.Mean(BaselineScores.Rms) - _learnedLevel.Mean(0)) <= MostLevelChange)
        {
            return BaselineStep.Learned;
        }

        Restart();
        return BaselineStep.Restarted;
    }

    private void Restart()
    {
        _bins = new Moments(_centres.Length);
        _learnedLevel = new Moments(1);
        _scores = new Moments(BaselineScores.Count);
    }

    private void FillSpectrumScores(ReadOnlySpan<float> bins, Span<double> scores, Span<float> scratch)
    {
        TensorPrimitives.Subtract(bins, _centres, scratch);
        TensorPrimitives.Multiply(scratch, _factors, scratch);
        scores[BaselineScores.ZSquared] = TensorPrimitives.SumOfSquares<float>(scratch) / bins.Length;
        TensorPrimitives.Max(scratch, 0f, scratch);
        scores[BaselineScores.ZSquaredUp] = TensorPrimitives.SumOfSquares<float>(scratch) / bins.Length;
    }
}
