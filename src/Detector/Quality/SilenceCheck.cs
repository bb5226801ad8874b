using System.Runtime.CompilerServices;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Quality;

/// <summary>
/// Tells when a sensor that used to send does not. The alarm's time is that of its last sample + the limit, whether the clock on the wall finds the silence first or the stamp
/// of the message that ends it: so it does not depend on when anybody looked. Not thread-safe.
/// </summary>
internal sealed class SilenceCheck(QualityAlarms alarms, QualityOptions options) : ICheckpointed
{
    private const int PausesKept = 15;
    private const int PausesAtLeast = 3;
    private const int UsualPauses = 4;
    private const long Never = long.MinValue;

    private Pauses _pausesNs;
    private long _pauses;
    private bool _hasLast;
    private long _firstUnixNs;
    private long _lastUnixNs;
    private long _raisedUnixNs = Never;
    private long _arrivalUnixNs;

    /// <summary>The last sample of the last message, or the arrival of one without a stamp; null before the first.</summary>
    public long? LastUnixNs => _hasLast ? _lastUnixNs : null;

    private bool IsRaised => alarms.IsRaised(QualityKind.Silence);

    /// <summary>Takes a message that ends a pause.</summary>
    public void Take(in BlockHead block)
    {
        if (_hasLast)
        {
            if (!IsRaised && LimitNs() is { } limit && (Int128)block.FirstSampleUnixNs - _lastUnixNs > limit)
            {
                _ = TryRaise(limit);
            }

            alarms.FindNothing(QualityKind.Silence, Math.Max(block.FirstSampleUnixNs, IsRaised ? _raisedUnixNs : Never), 0, 0, 0);
            Note(block.FirstSampleUnixNs);
            _raisedUnixNs = Never;
        }

        _hasLast = true;
        _firstUnixNs = block.FirstSampleUnixNs;
        _lastUnixNs = block.Time == TimeSource.Stamped ? block.LastSampleUnixNs : block.FirstSampleUnixNs;
    }

    /// <summary>A message arrived, whatever becomes of it.</summary>
    /// <param name="unixNs">When; 0 when that is not known.</param>
    public void NoteArrival(long unixNs) => _arrivalUnixNs = unixNs;

    /// <summary>Nothing came for so long, by the clock on the wall; true when that raised the alarm, or ended its shelf.</summary>
    public bool TakeSilence(TimeSpan elapsed)
    {
        if (!_hasLast || elapsed < options.Silence || LimitNs() is not { } limit)
        {
            return false;
        }

        bool isRaising = !IsRaised && elapsed.Ticks >= limit / TimeSpan.NanosecondsPerTick && TryRaise(limit);
        return alarms.Pass(QualityKind.Silence, (long)Int128.Min(_lastUnixNs + ((Int128)elapsed.Ticks * TimeSpan.NanosecondsPerTick), long.MaxValue)) || isRaising;
    }

    /// <summary>
    /// The clock on the wall came to this time, as a command tells that is kept in a journal; true when that raised the alarm, or ended its shelf. A replay, which is not told how long
    /// nothing came, finds the same silence before the command.
    /// </summary>
    public bool TakeTime(long wallUnixNs) => _arrivalUnixNs > 0 && wallUnixNs > _arrivalUnixNs
        && TakeSilence(TimeSpan.FromTicks((wallUnixNs - _arrivalUnixNs) / TimeSpan.NanosecondsPerTick));

    /// <summary>See <see cref="Pipeline.ReadAhead"/>.</summary>
    public int Warm() => (int)_pauses + (int)_pausesNs[0];

    public void Save(CheckpointWriter writer)
    {
        alarms.Save(QualityKind.Silence, writer);
        writer.Write(_hasLast);
        writer.Write(_firstUnixNs);
        writer.Write(_lastUnixNs);
        writer.Write(_raisedUnixNs);
        writer.Write(_pauses);
        foreach (long pause in _pausesNs)
        {
            writer.Write(pause);
        }

        writer.Write(_arrivalUnixNs);
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        bool fits = alarms.TryLoad(QualityKind.Silence, ref reader);
        _hasLast = reader.ReadBoolean();
        _firstUnixNs = reader.ReadInt64();
        _lastUnixNs = reader.ReadInt64();
        _raisedUnixNs = reader.ReadInt64();
        _pauses = reader.ReadInt64();
        foreach (ref long pause in _pausesNs)
        {
            pause = reader.ReadInt64();
        }

        // Earlier releases did not keep it.
        _arrivalUnixNs = reader.IsAtEnd ? 0 : reader.ReadInt64();

        if (!fits || !reader.IsValid || _pauses < 0)
        {
            (_hasLast, _pauses, _arrivalUnixNs) = (false, 0, 0);
            return false;
        }

        return true;
    }

    private bool TryRaise(long limitNs)
    {
        // A silence that goes on behind a maintenance is another alarm, and has another time.
        long time = Math.Max((long)Int128.Min((Int128)_lastUnixNs + limitNs, long.MaxValue - 1), _raisedUnixNs + 1);
        if (!alarms.TryFind(QualityKind.Silence, time, (double)limitNs / 1e9, (double)limitNs / 1e9))
        {
            return false;
        }

        _raisedUnixNs = time;
        return true;
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
        long stated = UnixTime.ToNs(options.Silence);
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
