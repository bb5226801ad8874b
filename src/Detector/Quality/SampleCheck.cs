using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Quality;

/// <summary>
/// Looks at the samples of one axis, a second of its sample grid at a time, for what no healthy sensor sends. Which samples are judged together does not
/// depend on the messages they came in. Not thread-safe.
/// </summary>
internal sealed class SampleCheck : ICheckpointed
{
    // A slow quantity may well stand still for some values.
    private const int FlatSamplesAtLeast = 1000;

    private readonly QualityOptions _options;
    private readonly RailOptions? _rails;
    private readonly QualityAlarms _alarms;
    private int _count;
    private int _nonFiniteCount;
    private int _clippedCount;
    private bool _isConstant;
    private float _value;
    private double _flatSeconds;
    private long _flatSamples;
    private float _flatValue;

    public SampleCheck(QualityAlarms alarms, QualityOptions options)
    {
        _alarms = alarms;
        _options = options;
        _rails = options.Rails.FirstOrDefault(rail => rail.Matches(alarms.Axis));
        Clear();
    }

    /// <summary>Takes the next samples of a grid.</summary>
    public void Take(ReadOnlySpan<float> samples, in SampleGrid grid, long firstIndex)
    {
        int perSecond = (int)Math.Clamp(Math.Round(grid.SampleRateHz), 1, int.MaxValue);
        while (!samples.IsEmpty)
        {
            int taken = (int)Math.Min(samples.Length, perSecond - (firstIndex % perSecond));
            Note(samples[..taken]);
            firstIndex += taken;
            samples = samples[taken..];
            if (firstIndex % perSecond == 0)
            {
                Judge(grid, firstIndex);
            }
        }
    }

    /// <summary>The grid ended before sample <paramref name="next"/>.</summary>
    public void End(in SampleGrid grid, long next)
    {
        if (_count > 0)
        {
            Judge(grid, next);
        }
    }

    /// <summary>See <see cref="Pipeline.ReadAhead"/>.</summary>
    public int Warm() => _count + (int)_flatSamples;

    public void Save(CheckpointWriter writer)
    {
        writer.Write(_count);
        writer.Write(_nonFiniteCount);
        writer.Write(_clippedCount);
        writer.Write(_isConstant);
        writer.Write([_value, _flatValue]);
        writer.Write(_flatSeconds);
        writer.Write(_flatSamples);
        _alarms.Save(QualityKind.NonFinite, writer);
        _alarms.Save(QualityKind.FlatLine, writer);
        _alarms.Save(QualityKind.Clipping, writer);
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        _count = reader.ReadInt32();
        _nonFiniteCount = reader.ReadInt32();
        _clippedCount = reader.ReadInt32();
        _isConstant = reader.ReadBoolean();
        Span<float> values = stackalloc float[2];
        bool fits = reader.ReadSingles(values) == 2;
        (_value, _flatValue) = (values[0], values[1]);
        _flatSeconds = reader.ReadDouble();
        _flatSamples = reader.ReadInt64();
        fits &= _alarms.TryLoad(QualityKind.NonFinite, ref reader) & _alarms.TryLoad(QualityKind.FlatLine, ref reader) & _alarms.TryLoad(QualityKind.Clipping, ref reader);
        if (!fits)
        {
            Clear();
            (_flatSeconds, _flatSamples) = (0, 0);
        }

        return fits;
    }

    private void Note(ReadOnlySpan<float> samples)
    {
        (bool isFinite, bool isConstant) = SampleScan.Of(samples);
        _isConstant = isFinite && isConstant && (_count == 0 || (_isConstant && samples[0] == _value));
        _value = samples[0];
        _count += samples.Length;
        if (!isFinite)
        {
            foreach (float sample in samples)
            {
                _nonFiniteCount += float.IsFinite(sample) ? 0 : 1;
            }
        }

        if (_rails is not null)
        {
            _clippedCount += SampleScan.CountOutside(samples, (float)_rails.LowLevel, (float)_rails.HighLevel);
        }
    }

    private void Judge(in SampleGrid grid, long next)
    {
        long time = grid.TimeOf(next - 1);
        double share = (double)_nonFiniteCount / _count;
        Decide(QualityKind.NonFinite, _nonFiniteCount > 0, time, share, 0);
        JudgeFlatness(grid, time);
        if (_rails is not null)
        {
            double clipped = (double)_clippedCount / _count;
            Decide(QualityKind.Clipping, clipped > _options.ClippedShare, time, clipped, _options.ClippedShare);
        }

        Clear();
    }

    private void JudgeFlatness(in SampleGrid grid, long time)
    {
        double limit = _options.FlatLine.TotalSeconds;
        if (limit <= 0)
        {
            return;
        }

        if (!_isConstant || _value != _flatValue)
        {
            (_flatSeconds, _flatSamples) = (0, 0);
        }

        if (_isConstant)
        {
            _flatValue = _value;
            _flatSamples += _count;
            _flatSeconds += _count / grid.SampleRateHz;
        }

        Decide(QualityKind.FlatLine, _flatSeconds >= limit && _flatSamples >= FlatSamplesAtLeast, time, _flatSeconds, limit);
    }

    private void Decide(QualityKind kind, bool isFound, long time, double value, double limit)
    {
        if (isFound)
        {
            _alarms.Find(kind, time, value, limit);
        }
        else
        {
            _alarms.FindNothing(kind, time, value, limit, UnixTime.ToNs(_options.ClearAfter));
        }
    }

    private void Clear()
    {
        (_count, _nonFiniteCount, _clippedCount) = (0, 0, 0);
        _isConstant = false;
    }
}
