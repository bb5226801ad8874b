using System.Runtime.CompilerServices;
using Thrum.Detector.Alarms;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Quality;

/// <summary>
/// Tells when a sensor that used to send does not. The alarm's time is that of its last sample + the limit, whether the clock on the wall finds the silence first or the stamp
/// of the message that ends it: so it does not depend on when anybody looked. Not thread-safe.
/// </summary>
internal sealed class SilenceCheck(QualitySource source, QualityOptions options) : ICheckpointed
{
    private const int PausesKept = 15;
    private const int PausesAtLeast = 3;
    private const int UsualPauses = 4;

    private QualityAlarm _alarm = new(source, QualityKind.Silence);
    private Pauses _pausesNs;
    private long _pauses;
    private bool _hasLast;
    private long _firstUnixNs;
    private long _lastUnixNs;
    private long _raisedUnixNs;

    /// <summary>Takes a message that ends a pause.</summary>
    public void Take(in BlockHead block)
    {
        if (_hasLast)
        {
            if (!_alarm.IsRaised && LimitNs() is { } limit && (Int128)block.FirstSampleUnixNs - _lastUnixNs > limit)
            {
                Raise(limit);
            }

            _alarm.FindNothing(Math.Max(block.FirstSampleUnixNs, _alarm.IsRaised ? _raisedUnixNs : long.MinValue), 0, 0, 0);
            Note(block.FirstSampleUnixNs);
        }

        _hasLast = true;
        _firstUnixNs = block.FirstSampleUnixNs;
        _lastUnixNs = block.Time == TimeSource.Stamped ? block.LastSampleUnixNs : block.FirstSampleUnixNs;
    }

    /// <summary>Nothing came for so long, by the clock on the wall; true when that raised the alarm.</summary>
    public bool TakeSilence(TimeSpan elapsed)
    {
        if (_alarm.IsRaised || !_hasLast || elapsed < options.Silence || LimitNs() is not { } limit || elapsed.Ticks < limit / TimeSpan.NanosecondsPerTick)
        {
            return false;
        }

        Raise(limit);
        return true;
    }

    /// <inheritdoc cref="QualityAlarm.Suppress"/>
    public void Suppress(bool on, in OperatorWord word) => _alarm.Suppress(on, word);

    /// <summary>See <see cref="Pipeline.ReadAhead"/>.</summary>
    public int Warm() => (int)_pauses + (int)_pausesNs[0] + (_alarm.IsRaised ? 1 : 0);

    public void Save(CheckpointWriter writer)
    {
        _alarm.Save(writer);
        writer.Write(_hasLast);
        writer.Write(_firstUnixNs);
        writer.Write(_lastUnixNs);
        writer.Write(_raisedUnixNs);
        writer.Write(_pauses);
        foreach (long pause in _pausesNs)
        {
            writer.Write(pause);
        }
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        bool fits = _alarm.TryLoad(ref reader);
        _hasLast = reader.ReadBoolean();
        _firstUnixNs = reader.ReadInt64();
        _lastUnixNs = reader.ReadInt64();
        _raisedUnixNs = reader.ReadInt64();
        _pauses = reader.ReadInt64();
        foreach (ref long pause in _pausesNs)
        {
            pause = reader.ReadInt64();
        }

        if (!fits || !reader.IsValid || _pauses < 0)
        {
            (_hasLast, _pauses) = (false, 0);
            return false;
        }

        return true;
    }

    private void Raise(long limitNs)
    {
        _raisedUnixNs = (long)Int128.Min((Int128)_lastUnixNs + limitNs, long.MaxValue);
        _alarm.Find(_raisedUnixNs, (double)limitNs / 1e9, (double)limitNs / 1e9);
    }

    private void Note(long firstUnixNs)
    {
        Int128 pause = (Int128)firstUnixNs - _firstUnixNs;
        if (pause > 0)
        {
            _pausesNs[(int)(_pauses++ % PausesKept)] = (long)Int128.Min(pause, long.MaxValue);
        }
    }

    /// <summary>The stated limit or some of the usual pauses (the median of the last), whichever is longer; null when too little is known.</summary>
    private long? LimitNs()
    {
        long stated = options.Silence.Ticks * TimeSpan.NanosecondsPerTick;
        if (stated <= 0 || _pauses < PausesAtLeast)
        {
            return null;
        }

        Span<long> sorted = stackalloc long[PausesKept];
        sorted = sorted[..(int)Math.Min(_pauses, PausesKept)];
        ((ReadOnlySpan<long>)_pausesNs)[..sorted.Length].CopyTo(sorted);
        sorted.Sort();
        return (long)Int128.Max(stated, Int128.Min((Int128)UsualPauses * sorted[sorted.Length / 2], long.MaxValue / 2));
    }

    [InlineArray(PausesKept)]
    private struct Pauses
    {
        private long _first;
    }
}
