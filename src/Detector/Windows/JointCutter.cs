using Thrum.Detector.Checkpoints;

namespace Thrum.Detector.Windows;

/// <summary>
/// Cuts windows where the sample grids of several axes overlap: sample by sample beside the first axis's grid, each axis's nearest sample at
/// most half a sample away. The joint grid begins where every axis has samples and ends with the first axis that ends.
/// </summary>
/// <remarks>
/// What is cut depends on the axes' samples alone: it is decided once each axis has its samples or cannot get them any more. It cannot when its
/// grid ended, or when it ends before the <em>horizon</em>, which is <c>waitNs</c> behind the newest block of any axis. What waits is bounded by
/// that time and one block. Not thread-safe; allocates nothing per window.
/// </remarks>
internal sealed class JointCutter(JointQueue[] queues, int windowSamples, int hopSamples, long waitNs, double sampleRateHz) : ICheckpointed
{
    private readonly float[] _window = new float[queues.Length * windowSamples];
    private readonly long _windowNs = (long)(windowSamples * 1e9 / sampleRateHz);
    private bool _isStarted;
    private bool _isFirst;
    private int _skip;
    private int _behind;
    private bool _isReported;
    private long _sinceUnixNs = long.MaxValue;
    private long _settledUnixNs = long.MinValue;

    /// <summary>Greatest first sample among the blocks of all axes; the least time before the first.</summary>
    public long NewestUnixNs { get; private set; } = long.MinValue;

    private long HorizonUnixNs => Horizon(NewestUnixNs);

    /// <summary>Takes the next samples of an axis.</summary>
    public void Append(JointQueue queue, ReadOnlySpan<float> samples, in SampleGrid grid, long firstIndex, IJointReceiver receiver)
    {
        long first = grid.TimeOf(firstIndex);
        if (queue.EndsAfter((Int128)first + waitNs))
        {
            // The axis's clock went back: a horizon from before would never let it in again.
            Flush(receiver);
            receiver.OnUnpaired(queue.Total);
            queue.Clear();
            (NewestUnixNs, _settledUnixNs) = (first, first);
        }

        queue.Append(samples, grid, firstIndex);
        NewestUnixNs = Math.Max(NewestUnixNs, first);
        _sinceUnixNs = Math.Min(_sinceUnixNs, first);
        long last = grid.TimeOf(firstIndex + samples.Length - 1);
        if (last < Horizon(_settledUnixNs))
        {
            // All that had come was taken when the horizon was there: this axis comes too late for the others.
            _behind += samples.Length;
            if (_behind >= windowSamples)
            {
                _behind = 0;
                receiver.OnMisaligned(last);
            }
        }
    }

    /// <summary>Cuts what can be cut.</summary>
    public void Cut(IJointReceiver receiver)
    {
        while (_isStarted ? TryCut(receiver) : TryStart(receiver))
        {
        }

        if (!_isStarted)
        {
            Trim(receiver);
        }

        _settledUnixNs = NewestUnixNs;
    }

    /// <summary>Ends the grid: a partial window is reported as a gap.</summary>
    public void Flush(IJointReceiver receiver)
    {
        if (_isStarted)
        {
            End(LeastCount(), receiver);
        }
    }

    public void Save(CheckpointWriter writer)
    {
        writer.Write(windowSamples);
        writer.Write(hopSamples);
        writer.Write(_isStarted);
        writer.Write(_isFirst);
        writer.Write(_isReported);
        writer.Write(_skip);
        writer.Write(_behind);
        writer.Write(_sinceUnixNs);
        writer.Write(NewestUnixNs);
        foreach (JointQueue queue in queues)
        {
            queue.Save(writer);
        }
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        bool fits = reader.ReadInt32() == windowSamples && reader.ReadInt32() == hopSamples;
        (_isStarted, _isFirst, _isReported) = (reader.ReadBoolean(), reader.ReadBoolean(), reader.ReadBoolean());
        (_skip, _behind) = (reader.ReadInt32(), reader.ReadInt32());
        (_sinceUnixNs, NewestUnixNs) = (reader.ReadInt64(), reader.ReadInt64());
        _settledUnixNs = NewestUnixNs;
        foreach (JointQueue queue in queues)
        {
            fits = fits && queue.TryLoad(ref reader);
        }

        fits &= reader.IsValid && _skip >= 0 && _skip <= hopSamples && _behind >= 0 && (!_isStarted || Array.TrueForAll(queues, queue => !queue.IsNew));
        if (!fits)
        {
            (_isStarted, _isFirst, _isReported, _skip, _behind) = (false, false, false, 0, 0);
            (_sinceUnixNs, NewestUnixNs, _settledUnixNs) = (long.MaxValue, long.MinValue, long.MinValue);
            foreach (JointQueue queue in queues)
            {
                queue.Clear();
            }
        }

        return fits;
    }

    private long Horizon(long newestUnixNs) => (long)Int128.Max((Int128)newestUnixNs - waitNs, long.MinValue);

    /// <summary>Puts the fronts of all queues beside each other; false while an axis has nothing there.</summary>
    private bool TryStart(IJointReceiver receiver)
    {
        JointQueue lead = queues[0];
        while (HaveAll())
        {
            if (!TryAlign(lead, receiver))
            {
                continue;
            }

            (_isStarted, _isFirst, _skip) = (true, true, 0);
            ReportMissing(lead.TimeOf(0), receiver);
            return true;
        }

        return false;
    }

    /// <summary>Drops what has no partner before the first sample that may have; false when that was something of the first axis, or all that an axis has.</summary>
    private bool TryAlign(JointQueue lead, IJointReceiver receiver)
    {
        long time = lead.TimeOf(0);
        for (int i = 1; i < queues.Length; i++)
        {
            JointQueue other = queues[i];
            long index = other.Grid.NearestIndex(time);
            if (index < other.First)
            {
                receiver.OnUnpaired(lead.Drop(Math.Max(1, lead.Grid.NearestIndex(other.TimeOf(0)) - lead.First)));
                return false;
            }

            receiver.OnUnpaired(other.Drop(index - other.First));
            if (other.Count == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Cuts a window or ends the grid; false when neither can be decided yet.</summary>
    private bool TryCut(IJointReceiver receiver)
    {
        int least = LeastCount();
        if (_skip > 0)
        {
            int skipped = Math.Min(_skip, least);
            Drop(skipped);
            _skip -= skipped;
            least -= skipped;
        }

        if (_skip > 0 || least < windowSamples)
        {
            return TryEnd(receiver);
        }

        long time = queues[0].TimeOf(windowSamples - 1);
        bool isAligned = IsAligned(time);
        if (isAligned)
        {
            for (int i = 0; i < queues.Length; i++)
            {
                queues[i].Samples(windowSamples).CopyTo(_window.AsSpan(i * windowSamples));
            }

            receiver.OnWindow(_window, time);
        }
        else
        {
            receiver.OnMisaligned(time);
        }

        int advance = Math.Min(hopSamples, windowSamples);
        Drop(advance);
        (_isStarted, _isFirst, _skip) = (isAligned, false, isAligned ? hopSamples - advance : 0);
        return true;
    }

    private bool IsAligned(long leadUnixNs)
    {
        // Beside half a sample, what rounding to a nanosecond can do.
        double most = (0.5e9 / queues[0].Grid.SampleRateHz) + 1;
        for (int i = 1; i < queues.Length; i++)
        {
            if (Math.Abs((double)((Int128)queues[i].TimeOf(windowSamples - 1) - leadUnixNs)) > most)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Ends the grid where the first axis ends that gets no more samples, once all others are as far.</summary>
    private bool TryEnd(IJointReceiver receiver)
    {
        int end = int.MaxValue;
        foreach (JointQueue queue in queues)
        {
            if (queue.IsEnded || queue.TimeOf(queue.Count) < HorizonUnixNs)
            {
                end = Math.Min(end, queue.Count);
            }
        }

        if (end == int.MaxValue || LeastCount() < end)
        {
            return false;
        }

        End(end, receiver);
        return true;
    }

    private void End(int count, IJointReceiver receiver)
    {
        // With overlap the tail of the last window is there again; only samples beyond it make a partial window.
        if (_skip == 0 && count > (_isFirst ? 0 : Math.Max(0, windowSamples - hopSamples)))
        {
            receiver.OnGap(queues[0].TimeOf(count - 1));
        }

        Drop(count);
        (_isStarted, _skip) = (false, 0);
    }

    /// <summary>Drops what cannot get a partner any more.</summary>
    private void Trim(IJointReceiver receiver)
    {
        long horizon = HorizonUnixNs;
        ReportMissing(horizon, receiver);
        foreach (JointQueue queue in queues)
        {
            while (queue.TryAdvance() && queue.TimeOf(0) < horizon)
            {
                receiver.OnUnpaired(queue.Drop(Math.Max(1, queue.Grid.NearestIndex(horizon) - queue.First)));
            }
        }
    }

    private void ReportMissing(long untilUnixNs, IJointReceiver receiver)
    {
        if (!_isReported && (Int128)untilUnixNs - _sinceUnixNs > _windowNs)
        {
            receiver.OnMissing(_sinceUnixNs);
            _isReported = true;
        }

        // Once there was a joint grid, its end is told as a gap.
        _isReported |= _isStarted;
    }

    private bool HaveAll()
    {
        foreach (JointQueue queue in queues)
        {
            if (!queue.TryAdvance())
            {
                return false;
            }
        }

        return true;
    }

    private int LeastCount()
    {
        int least = int.MaxValue;
        foreach (JointQueue queue in queues)
        {
            least = Math.Min(least, queue.Count);
        }

        return least;
    }

    private void Drop(int count)
    {
        foreach (JointQueue queue in queues)
        {
            queue.Drop(count);
        }
    }
}
