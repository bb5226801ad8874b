using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Quality;

/// <summary>
/// Looks at the times of one axis's messages: rate, clock, stamps and silence. It sees the messages that brought new samples, in the order of
/// the stream. Not thread-safe.
/// </summary>
internal sealed class MessageCheck(QualityAlarms alarms, QualityOptions options) : ICheckpointed
{
    private const long NsPerSecond = 1_000_000_000;

    // Less of a step than the one before it cannot be told from a wrong rate, which makes one at every message.
    private const int MessagesBetweenSteps = 16;

    // Stamps rounded to a millisecond are off by 0.02 % at most in so long a time.
    private const double SecondsPerMeasurement = 10;
    private const int MessagesPerMeasurement = 32;

    private readonly SilenceCheck _silence = new(alarms, options);
    private BlockHead _last;
    private int _sinceStep;
    private int _measured;
    private double _statedSeconds;
    private double _stampedSeconds;

    /// <inheritdoc cref="SilenceCheck.LastUnixNs"/>
    public long? LastUnixNs => _silence.LastUnixNs;

    private long ClearAfterNs => UnixTime.ToNs(options.ClearAfter);

    /// <summary>Takes a message that brought new samples.</summary>
    /// <param name="block">Its time.</param>
    /// <param name="arrivalUnixNs">When it arrived; 0 when that is not known.</param>
    public void Take(in BlockHead block, long arrivalUnixNs)
    {
        _silence.Take(block);
        alarms.EndShelves(block.FirstSampleUnixNs);
        if (block.Time == TimeSource.Stamped)
        {
            _sinceStep++;
            alarms.FindNothing(QualityKind.Clock, block.FirstSampleUnixNs, 0, 0, ClearAfterNs);
            JudgeStamp(block, arrivalUnixNs);
            Measure(block);
        }

        _last = block;
    }

    /// <summary>The stream's clock went back: its next sample is stamped <paramref name="foundUnixNs"/> instead of <paramref name="dueUnixNs"/>.</summary>
    public void TakeStepBack(long dueUnixNs, long foundUnixNs)
    {
        if (_sinceStep >= MessagesBetweenSteps)
        {
            alarms.Find(QualityKind.Clock, foundUnixNs, (double)((Int128)foundUnixNs - dueUnixNs) / NsPerSecond, 0);
        }

        _sinceStep = 0;
    }

    /// <summary>Nothing came for so long, by the clock on the wall; true when that made a difference.</summary>
    public bool TakeSilence(TimeSpan elapsed) => _silence.TakeSilence(elapsed);

    /// <inheritdoc cref="SilenceCheck.NoteArrival"/>
    public void NoteArrival(long unixNs) => _silence.NoteArrival(unixNs);

    /// <inheritdoc cref="SilenceCheck.TakeTime"/>
    public bool TakeTime(long wallUnixNs) => _silence.TakeTime(wallUnixNs);

    /// <summary>See <see cref="Pipeline.ReadAhead"/>.</summary>
    public int Warm() => _sinceStep + (int)_last.FirstSampleUnixNs + _silence.Warm();

    public void Save(CheckpointWriter writer)
    {
        writer.Write((byte)_last.Time);
        writer.Write(_last.FirstSampleUnixNs);
        writer.Write(_last.SampleRateHz);
        writer.Write(_last.Count);
        writer.Write(_sinceStep);
        writer.Write(_measured);
        writer.Write(_statedSeconds);
        writer.Write(_stampedSeconds);
        alarms.Save(QualityKind.Rate, writer);
        alarms.Save(QualityKind.Clock, writer);
        alarms.Save(QualityKind.Stamp, writer);
        _silence.Save(writer);
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        _last = new BlockHead((TimeSource)reader.ReadByte(), reader.ReadInt64(), reader.ReadDouble(), reader.ReadInt32());
        _sinceStep = reader.ReadInt32();
        _measured = reader.ReadInt32();
        _statedSeconds = reader.ReadDouble();
        _stampedSeconds = reader.ReadDouble();
        bool fits = alarms.TryLoad(QualityKind.Rate, ref reader) & alarms.TryLoad(QualityKind.Clock, ref reader)
            & alarms.TryLoad(QualityKind.Stamp, ref reader) & _silence.TryLoad(ref reader);
        if (!fits)
        {
            _last = default;
            (_sinceStep, _measured, _statedSeconds, _stampedSeconds) = (0, 0, 0, 0);
        }

        return fits;
    }

    private void JudgeStamp(in BlockHead block, long arrivalUnixNs)
    {
        if (arrivalUnixNs == 0 || block.IsHistorical)
        {
            return;
        }

        double ahead = (double)((Int128)block.FirstSampleUnixNs - arrivalUnixNs) / NsPerSecond;
        double most = options.MaxAhead.TotalSeconds, least = -options.MaxBehind.TotalSeconds;
        if (most > 0 && ahead > most)
        {
            alarms.Find(QualityKind.Stamp, block.FirstSampleUnixNs, ahead, most);
        }
        else if (least < 0 && ahead < least)
        {
            alarms.Find(QualityKind.Stamp, block.FirstSampleUnixNs, ahead, least);
        }
        else
        {
            alarms.FindNothing(QualityKind.Stamp, block.FirstSampleUnixNs, ahead, most, ClearAfterNs);
        }
    }

    /// <summary>Adds up what messages state and what their stamps tell, where the next follows without a pause.</summary>
    private void Measure(in BlockHead block)
    {
        if (block.SampleRateHz != _last.SampleRateHz || _last.Time != TimeSource.Stamped)
        {
            (_measured, _statedSeconds, _stampedSeconds) = (0, 0, 0);
            return;
        }

        double stated = _last.Count / _last.SampleRateHz;
        double stamped = (double)((Int128)block.FirstSampleUnixNs - _last.FirstSampleUnixNs) / NsPerSecond;
        if (stamped < 0.4 * stated || stamped > 1.5 * stated)
        {
            return;
        }

        _measured++;
        _statedSeconds += stated;
        _stampedSeconds += stamped;
        if (_measured < MessagesPerMeasurement || _statedSeconds < SecondsPerMeasurement)
        {
            return;
        }

        double limit = options.RateTolerance, deviation = Math.Abs((_statedSeconds / _stampedSeconds) - 1);
        double measuredHz = block.SampleRateHz * _statedSeconds / _stampedSeconds;
        if (limit > 0 && deviation > limit)
        {
            alarms.Find(QualityKind.Rate, block.FirstSampleUnixNs, measuredHz, block.SampleRateHz);
        }
        else if (deviation <= limit / 2)
        {
            alarms.FindNothing(QualityKind.Rate, block.FirstSampleUnixNs, measuredHz, block.SampleRateHz, 0);
        }

        (_measured, _statedSeconds, _stampedSeconds) = (0, 0, 0);
    }
}
