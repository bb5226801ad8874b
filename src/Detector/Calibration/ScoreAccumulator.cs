namespace Thrum.Detector.Calibration;

/// <summary>
/// Condenses healthy scores as they come, in bounded memory: below 1 MB for 65,536 scores or fewer, which are kept, and 65 kB for each doubling of a longer calibration. Not thread-safe.
/// </summary>
public sealed class ScoreAccumulator
{
    /// <summary>As many scores give what they give together: nothing is lost.</summary>
    public const int MostExact = 65_536;

    private const int LevelCapacity = 16_384;

    private readonly int _mostExact;
    private readonly int _levelCapacity;
    private readonly List<float> _exact = [];
    private readonly PriorityQueue<float, float> _greatest = new();
    private QuantileSketch? _sketch;
    private float _least = float.PositiveInfinity;
    private double _logMean;
    private double _logSquares;

    /// <summary>Begins without a score.</summary>
    public ScoreAccumulator()
        : this(MostExact, LevelCapacity)
    {
    }

    internal ScoreAccumulator(int mostExact, int levelCapacity) => (_mostExact, _levelCapacity) = (mostExact, levelCapacity);

    /// <summary>The most by which a rank of the distribution can be off, as a share of all scores; 0 while all are kept.</summary>
    public double MostRankError => _sketch is null ? 0 : (double)_sketch.MostRankError / _sketch.Count;

    /// <summary>Takes a score of a healthy window.</summary>
    /// <exception cref="ArgumentException">It is not finite.</exception>
    public void Add(float score)
    {
        if (!float.IsFinite(score))
        {
            throw new ArgumentException($"Expected a finite score, found {score}.", nameof(score));
        }

        if (_sketch is not null)
        {
            Condense(score);
            return;
        }

        _exact.Add(score);
        if (_exact.Count <= _mostExact)
        {
            return;
        }

        _sketch = new QuantileSketch(_levelCapacity);
        _exact.ForEach(Condense);
        _exact.Clear();
        _exact.TrimExcess();
    }

    /// <summary>
    /// The distribution of the scores so far. Of more than <see cref="MostExact"/> the least, the greatest, the moments and the tail are those of all of them, and the quantiles are off by
    /// <see cref="MostRankError"/> at most.
    /// </summary>
    /// <exception cref="ArgumentException">There is no score.</exception>
    public ScoreDistribution ToDistribution()
    {
        if (_sketch is not { } sketch)
        {
            return ScoreDistribution.FromScores(_exact);
        }

        float[] greatest = [.. _greatest.UnorderedItems.Select(item => item.Element).Order()];
        float[] quantiles = sketch.At(ScoreDistribution.RanksOf(sketch.Count));
        (quantiles[0], quantiles[^1]) = (_least, greatest[^1]);
        return new ScoreDistribution
        {
            Windows = checked((int)sketch.Count),
            LogMean = _logMean,
            LogStd = Math.Sqrt(_logSquares / sketch.Count),
            Quantiles = quantiles,
            Tail = ScoreTail.Fit(greatest, sketch.Count),
        };
    }

    private void Condense(float score)
    {
        _sketch!.Add(score);
        _least = Math.Min(_least, score);

        // Mean and sum of squares about it as they grow (Welford 1962).
        double log = ScoreDistribution.LogOf(score), difference = log - _logMean;
        _logMean += difference / _sketch.Count;
        _logSquares += difference * (log - _logMean);
        if (_greatest.Count < ScoreTail.MostNeeded)
        {
            _greatest.Enqueue(score, score);
        }
        else
        {
            _greatest.EnqueueDequeue(score, score);
        }
    }
}
