using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Windows;

/// <summary>
/// Cuts one axis into windows of N samples every H samples on the stream's sample grid: window k holds the samples k·H to
/// k·H + N − 1 from the grid's origin, whatever the sizes of the blocks. A hole ends the grid and the next sample starts a new one.
/// </summary>
/// <remarks>
/// Whether a stamped block continues the stream is judged by the end of the block before it, not by the grid: a sensor's clock may
/// drift from the nominal rate for ever without a hole. When the grid has deviated too far, its times are moved to the stamps; which
/// samples make a window does not change by that.
/// </remarks>
internal sealed class Windower : ICheckpointed
{
    /// <summary>So many late blocks in a row that continue each other are a clock that was set back, not strays.</summary>
    public const int LateBlocksToRestart = 16;

    private readonly WindowerOptions _options;
    private readonly float[] _partial;
    private readonly RecentSamples _recent = new();
    private SampleGrid _grid;
    private TimeSource _time;
    private bool _started;
    private long _next;
    private int _filled;
    private long _skip;
    private long _lastArrivalUnixNs;
    private long _offsetNs;
    private int _lateBlocks;
    private long _lateDueUnixNs;

    public Windower(WindowerOptions options)
    {
        _options = options;
        _partial = new float[options.WindowSamples];
    }

    /// <summary>When the next sample is due by the stamp of the block before: the grid's time and how far that stamp lay from it.</summary>
    private long DueUnixNs => _grid.TimeOf(_next) + _offsetNs;

    /// <summary>Feeds a block of the stream to the grid and every window it completes to <paramref name="receiver"/>.</summary>
    public BlockOutcome Append(in SampleBlock block, ReadOnlySpan<float> samples, IWindowReceiver receiver)
    {
        int known = 0;
        if (!_started || block.SampleRateHz != _grid.SampleRateHz || block.Time != _time)
        {
            Restart(block, receiver);
        }
        else if (block.Time == TimeSource.Stamped)
        {
            long overlap = PlaceStamped(block, samples, receiver);
            if (overlap >= samples.Length)
            {
                bool isLate = overlap > _next;
                if (!isLate || !IsClockSetBack(block))
                {
                    _lateBlocks = isLate ? _lateBlocks : 0;
                    return isLate ? BlockOutcome.Late : BlockOutcome.Duplicate;
                }

                Restart(block, receiver);
                overlap = 0;
            }

            known = (int)overlap;
        }
        else if (block.FirstSampleUnixNs - _lastArrivalUnixNs > _options.StreamTimeoutNs)
        {
            Restart(block, receiver);
        }

        _lateBlocks = 0;
        _lastArrivalUnixNs = block.FirstSampleUnixNs;
        samples = samples[known..];
        _recent.Add(samples);
        Consume(samples, receiver);
        return BlockOutcome.Accepted;
    }

    /// <summary>Ends the grid: a partial window is reported as a gap.</summary>
    public void Flush(IWindowReceiver receiver)
    {
        // With overlap the tail of the last window is always in the buffer; only samples beyond it make a partial window.
        bool hasUnreported = _started && _skip == 0 && _filled > Math.Max(0, _options.WindowSamples - _options.HopSamples);
        bool firstWindow = _started && _next < _options.WindowSamples && _filled > 0;
        if (hasUnreported || firstWindow)
        {
            receiver.OnGap(_grid.TimeOf(_next - 1));
        }

        Clear();
    }

    private void Clear()
    {
        _started = false;
        _filled = 0;
        _skip = 0;
        _lateBlocks = 0;
    }

    public void Save(CheckpointWriter writer)
    {
        writer.Write(_options.WindowSamples);
        writer.Write(_options.HopSamples);
        writer.Write(_started);
        writer.Write((byte)_time);
        writer.Write(_grid.OriginUnixNs);
        writer.Write(_grid.SampleRateHz);
        writer.Write(_next);
        writer.Write(_skip);
        writer.Write(_offsetNs);
        writer.Write(_lastArrivalUnixNs);
        writer.Write(_lateBlocks);
        writer.Write(_lateDueUnixNs);
        writer.Write(_partial.AsSpan(0, _filled));
        _recent.Save(writer);
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        bool fits = reader.ReadInt32() == _options.WindowSamples && reader.ReadInt32() == _options.HopSamples;
        _started = reader.ReadBoolean();
        _time = (TimeSource)reader.ReadByte();
        long origin = reader.ReadInt64();
        double rate = reader.ReadDouble();
        _next = reader.ReadInt64();
        _skip = reader.ReadInt64();
        _offsetNs = reader.ReadInt64();
        _lastArrivalUnixNs = reader.ReadInt64();
        _lateBlocks = reader.ReadInt32();
        _lateDueUnixNs = reader.ReadInt64();
        _filled = reader.ReadSingles(_partial);
        fits &= _recent.TryLoad(ref reader) && _next >= 0 && _skip >= 0 && _filled < _partial.Length
            && (!_started || rate is >= SampleGrid.LowestRateHz and <= SampleGrid.HighestRateHz);
        if (!fits)
        {
            Clear();
        }
        else if (_started)
        {
            _grid = new SampleGrid(origin, rate);
        }

        return fits;
    }

    /// <summary>Number of the block's samples that are known already; starts a new grid when samples are missing before it.</summary>
    private long PlaceStamped(in SampleBlock block, ReadOnlySpan<float> samples, IWindowReceiver receiver)
    {
        long due = DueUnixNs;
        double deviation = (double)((Int128)block.FirstSampleUnixNs - due);
        if (Math.Abs(deviation) <= Tolerance(block))
        {
            Follow(block);
            return 0;
        }

        if (deviation > 0)
        {
            Restart(block, receiver);
            return 0;
        }

        long overlap = -new SampleGrid(due, block.SampleRateHz).NearestIndex(block.FirstSampleUnixNs);
        if (overlap < samples.Length && !_recent.AreEndOf(samples[..(int)overlap]))
        {
            // Other samples under stamps that were there before: the clock stepped back. Cutting them would splice the window.
            Restart(block, receiver);
            return 0;
        }

        return overlap;
    }

    /// <summary>Keeps how far the stamps lie from the grid, and moves the grid's times to them when that is too far.</summary>
    private void Follow(in SampleBlock block)
    {
        _offsetNs = block.FirstSampleUnixNs - _grid.TimeOf(_next);
        if (Math.Abs(_offsetNs) > Math.Max(_options.MaxClockDriftNs, _options.StampToleranceNs))
        {
            // Backwards by half a hop or half the block at most, so that each window still is later than the one before.
            long furthestBack = (long)(Math.Min(_options.HopSamples, block.Count) * 1e9 / block.SampleRateHz / 2);
            long moved = Math.Max(_offsetNs, -furthestBack);
            _grid = new SampleGrid(_grid.OriginUnixNs + moved, block.SampleRateHz);
            _offsetNs -= moved;
        }
    }

    /// <summary>Notes a late block; true when it is the last of enough that continue each other.</summary>
    private bool IsClockSetBack(in SampleBlock block)
    {
        double deviation = (double)((Int128)block.FirstSampleUnixNs - _lateDueUnixNs);
        _lateBlocks = _lateBlocks > 0 && Math.Abs(deviation) <= Tolerance(block) ? _lateBlocks + 1 : 1;
        _lateDueUnixNs = new SampleGrid(block.FirstSampleUnixNs, block.SampleRateHz).TimeOf(block.Count);
        return _lateBlocks >= LateBlocksToRestart;
    }

    // A stamp may be rounded by its sender; never by more than half a block, or a repeated block would pass as new.
    private double Tolerance(in SampleBlock block)
    {
        double periodNs = 1e9 / block.SampleRateHz;
        return Math.Max(periodNs / 2, Math.Min(_options.StampToleranceNs, block.Count * periodNs / 2));
    }

    private void Restart(in SampleBlock block, IWindowReceiver receiver)
    {
        Flush(receiver);
        _grid = new SampleGrid(block.FirstSampleUnixNs, block.SampleRateHz);
        _time = block.Time;
        _next = 0;
        _offsetNs = 0;
        _recent.Clear();
        _started = true;
    }

    private void Consume(ReadOnlySpan<float> samples, IWindowReceiver receiver)
    {
        int window = _options.WindowSamples, hop = _options.HopSamples;
        while (!samples.IsEmpty)
        {
            if (_skip > 0)
            {
                int skipped = (int)Math.Min(_skip, samples.Length);
                _skip -= skipped;
                _next += skipped;
                samples = samples[skipped..];
            }
            else if (_filled == 0 && samples.Length >= window)
            {
                // The whole window lies in this block: no copy.
                receiver.OnWindow(samples[..window], _grid.TimeOf(_next + window - 1));
                int advance = Math.Min(hop, window);
                _next += advance;
                _skip = hop - advance;
                samples = samples[advance..];
            }
            else
            {
                int taken = Math.Min(window - _filled, samples.Length);
                samples[..taken].CopyTo(_partial.AsSpan(_filled));
                _filled += taken;
                _next += taken;
                samples = samples[taken..];
                CompletePartial(receiver);
            }
        }
    }

    private void CompletePartial(IWindowReceiver receiver)
    {
        int window = _options.WindowSamples, hop = _options.HopSamples;
        if (_filled < window)
        {
            return;
        }

        receiver.OnWindow(_partial, _grid.TimeOf(_next - 1));
        int kept = Math.Max(0, window - hop);
        _partial.AsSpan(window - kept).CopyTo(_partial);
        _filled = kept;
        _skip = Math.Max(0, hop - window);
    }
}
