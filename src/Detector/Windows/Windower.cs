using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;

namespace Thrum.Detector.Windows;

/// <summary>
/// Puts the blocks of one axis in their place and cuts them into windows of N samples every H samples on the stream's sample grid, whatever
/// the sizes of the blocks. A hole ends the grid and the next sample starts a new one.
/// </summary>
/// <remarks>
/// Whether a stamped block continues the stream is judged by the end of the block before it, not by the grid: a sensor's clock may
/// drift from the nominal rate for ever without a hole. When the grid has deviated too far, its times are moved to the stamps; which
/// samples make a window does not change by that.
/// A stamped block that comes before its turn is held until those before it came, or until the watermark (the greatest sample time seen −
/// lateness) has reached its first sample, so that nothing before it can come any more. A grid's first block is held likewise. So the order in which blocks come within the lateness
/// changes nothing, as long as the stamps are exact to half a sample.
/// </remarks>
internal sealed class Windower(WindowerOptions options) : ICheckpointed
{
    /// <summary>
    /// So many late blocks in a row that continue each other are a clock that was set back, not strays; and so many blocks in a row behind
    /// the watermark that continue the stream are a clock that was right, and what is held has a wrong stamp.
    /// </summary>
    public const int BlocksToBelieve = 16;

    private GridCutter _cutter = new(options.IsJoint ? 0 : options.WindowSamples, options.HopSamples);
    private RecentSamples _recent;
    private BlockNumbers _numbers;
    private ReorderBuffer _held;
    private TimeSource _time;
    private bool _isExact;
    private long _offsetNs;
    private long _lastArrivalUnixNs;
    private long _greatestUnixNs = long.MinValue;
    private int _lateBlocks;
    private long _lateDueUnixNs;
    private int _behindBlocks;

    /// <summary>When the next sample is due by the stamp of the block before: the grid's time and how far that stamp lay from it.</summary>
    private long DueUnixNs => _cutter.Grid.TimeOf(_cutter.Next) + _offsetNs;

    private long WatermarkUnixNs => (long)Int128.Max((Int128)_greatestUnixNs - options.LatenessNs, long.MinValue);

    /// <summary>Feeds a block of the stream to the grid and every window that is complete by that to <paramref name="receiver"/>.</summary>
    public void Append(in BlockHead block, ReadOnlySpan<float> samples, IWindowReceiver receiver)
    {
        if (_held.Count > 0 && (options.LatenessNs == 0 || block.Time != TimeSource.Stamped || block.SampleRateHz != _held.First.Head.SampleRateHz))
        {
            Release(receiver);
        }

        bool isPlaced = block.Time == TimeSource.Stamped && options.LatenessNs > 0;
        if (isPlaced)
        {
            _greatestUnixNs = Math.Max(_greatestUnixNs, block.LastSampleUnixNs);
            if (IsEarly(block))
            {
                if (!_held.TryAdd(block, samples))
                {
                    receiver.OnBlock(BlockOutcome.Duplicate, block);
                }

                PassHeld(receiver);
                return;
            }
        }

        BlockOutcome outcome = Take(block, samples, receiver);
        if (outcome == BlockOutcome.Late && !block.IsHistorical && IsClockSetBack(block))
        {
            Release(receiver);
            receiver.OnStepBack(DueUnixNs, block.FirstSampleUnixNs);
            receiver.OnGridEvent(GridEvent.StepBack);
            Restart(block, receiver);
            _greatestUnixNs = block.LastSampleUnixNs;
            outcome = Take(block, samples, receiver);
        }

        receiver.OnBlock(outcome, block);
        if (_held.Count > 0)
        {
            DropStrays(outcome, block, receiver);
            PassHeld(receiver);
        }
    }

    /// <summary>
    /// Other axes of the sensor have come to this time: what waits for blocks before it waits no longer than theirs does.
    /// </summary>
    public void Advance(long unixNs, IWindowReceiver receiver)
    {
        if (_held.Count > 0 && unixNs > _greatestUnixNs)
        {
            _greatestUnixNs = unixNs;
            PassHeld(receiver);
        }
    }

    /// <summary>Gives up waiting for what should come before the blocks that are held, and takes them.</summary>
    public void Release(IWindowReceiver receiver)
    {
        while (_held.Count > 0)
        {
            PassFirst(receiver);
        }
    }

    /// <summary>Takes what is held, then ends the grid: a partial window is reported as a gap.</summary>
    public void Flush(IWindowReceiver receiver)
    {
        Release(receiver);
        _cutter.End(receiver);
    }

    /// <summary>See <see cref="Pipeline.ReadAhead"/>.</summary>
    public int Warm() => (int)_cutter.Next + _held.Count + _behindBlocks + (int)_greatestUnixNs + (_numbers.Due == 0 ? 1 : 0);

    public void Save(CheckpointWriter writer)
    {
        _cutter.Save(writer);
        _recent.Save(writer);
        writer.Write((byte)_time);
        writer.Write(_isExact);
        writer.Write(_offsetNs);
        writer.Write(_lastArrivalUnixNs);
        writer.Write(_greatestUnixNs);
        writer.Write(_lateBlocks);
        writer.Write(_lateDueUnixNs);
        writer.Write(_behindBlocks);
        _held.Save(writer);
        _numbers.Save(writer);
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        if (!_cutter.TryLoad(ref reader))
        {
            return false;
        }

        bool fits = _recent.TryLoad(ref reader);
        _time = (TimeSource)reader.ReadByte();
        _isExact = reader.ReadBoolean();
        _offsetNs = reader.ReadInt64();
        _lastArrivalUnixNs = reader.ReadInt64();
        _greatestUnixNs = reader.ReadInt64();
        _lateBlocks = reader.ReadInt32();
        _lateDueUnixNs = reader.ReadInt64();
        _behindBlocks = reader.ReadInt32();
        if (fits && _held.TryLoad(ref reader) && _numbers.TryLoad(ref reader))
        {
            return true;
        }

        _cutter.Clear();
        _greatestUnixNs = long.MinValue;
        (_lateBlocks, _behindBlocks) = (0, 0);
        return false;
    }

    private void PassHeld(IWindowReceiver receiver)
    {
        // Blocks over the same samples cut in different ways could pile up: four times the lateness is plenty.
        while (_held.Count > 0)
        {
            BlockHead head = _held.First.Head;
            double room = head.Count + (4 * options.LatenessNs / head.PeriodNs);
            if (head.FirstSampleUnixNs > WatermarkUnixNs && IsEarly(head) && _held.Samples <= room)
            {
                return;
            }

            PassFirst(receiver);
        }
    }

    private void PassFirst(IWindowReceiver receiver)
    {
        HeldBlock held = _held.Take();
        receiver.OnBlock(Take(held.Head, held.Samples, receiver), held.Head);
        _held.Return(held);
    }

    /// <summary>Drops what is held once enough blocks in a row continued the stream behind the watermark.</summary>
    private void DropStrays(BlockOutcome outcome, in BlockHead block, IWindowReceiver receiver)
    {
        if (block.IsHistorical)
        {
            return;
        }

        bool isBehind = outcome == BlockOutcome.Accepted && block.LastSampleUnixNs < WatermarkUnixNs;
        _behindBlocks = isBehind ? _behindBlocks + 1 : 0;
        if (_behindBlocks < BlocksToBelieve)
        {
            return;
        }

        _behindBlocks = 0;
        _greatestUnixNs = block.LastSampleUnixNs;
        while (_held.Count > 0)
        {
            HeldBlock held = _held.Take();
            receiver.OnBlock(BlockOutcome.Stray, held.Head);
            _held.Return(held);
        }
    }

    /// <summary>True when samples may be missing before the block.</summary>
    private bool IsEarly(in BlockHead block)
    {
        if (!_cutter.IsStarted || _time != TimeSource.Stamped)
        {
            return true;
        }

        double deviation = (double)((Int128)block.FirstSampleUnixNs - DueUnixNs);
        return deviation > (_isExact ? block.PeriodNs / 2 : Tolerance(block));
    }

    /// <summary>Takes a block whose turn it is.</summary>
    private BlockOutcome Take(in BlockHead block, ReadOnlySpan<float> samples, IWindowReceiver receiver)
    {
        int known = 0;
        if (!_cutter.IsStarted || block.SampleRateHz != _cutter.Grid.SampleRateHz || block.Time != _time)
        {
            if (_cutter.IsStarted)
            {
                receiver.OnGridEvent(block.Time != _time ? GridEvent.TimeSource : GridEvent.RateChange);
            }

            Restart(block, receiver);
        }
        else if (block.Time == TimeSource.Stamped)
        {
            long overlap = PlaceStamped(block, samples, receiver);
            if (overlap >= samples.Length)
            {
                bool isLate = overlap > _cutter.Next;
                _lateBlocks = isLate || block.IsHistorical ? _lateBlocks : 0;
                return isLate ? BlockOutcome.Late : BlockOutcome.Duplicate;
            }

            known = (int)overlap;
            if (known > 0)
            {
                receiver.OnGridEvent(GridEvent.Overlap, known);
            }
        }
        else if (block.FirstSampleUnixNs - _lastArrivalUnixNs > options.StreamTimeoutNs)
        {
            receiver.OnGridEvent(GridEvent.Silence);
            Restart(block, receiver);
        }
        else if (!TryContinue(block, receiver))
        {
            return BlockOutcome.Duplicate;
        }

        _lateBlocks = 0;
        _lastArrivalUnixNs = block.FirstSampleUnixNs;
        _numbers.Take(block.Number);
        samples = samples[known..];
        _recent.Add(samples);
        _cutter.Consume(samples, receiver);
        return BlockOutcome.Accepted;
    }

    /// <summary>False for a counted block that was there already by its number; starts a new grid when its number does not follow.</summary>
    private bool TryContinue(in BlockHead block, IWindowReceiver receiver)
    {
        NumberStep step = _numbers.StepTo(block.Number);
        if (step is NumberStep.Ahead or NumberStep.Anew)
        {
            receiver.OnGridEvent(step == NumberStep.Ahead ? GridEvent.Hole : GridEvent.Renumbered);
            receiver.OnNumberBreak(_numbers.Due, block.Number.GetValueOrDefault());
            Restart(block, receiver);
        }

        return step != NumberStep.Repeated;
    }

    /// <summary>Number of the block's samples that are known already; starts a new grid when samples are missing before it.</summary>
    private long PlaceStamped(in BlockHead block, ReadOnlySpan<float> samples, IWindowReceiver receiver)
    {
        long due = DueUnixNs;
        double deviation = (double)((Int128)block.FirstSampleUnixNs - due);
        bool isOnGrid = Math.Abs(deviation) <= block.PeriodNs / 2;
        if (deviation > Tolerance(block))
        {
            receiver.OnGridEvent(GridEvent.Hole);
            Restart(block, receiver);
            return 0;
        }

        long overlap = isOnGrid || deviation > 0 ? 0 : -new SampleGrid(due, block.SampleRateHz).NearestIndex(block.FirstSampleUnixNs);
        bool isRepeat = overlap > 0 && (overlap >= samples.Length || _recent.AreEndOf(samples[..(int)overlap]));
        if (Math.Abs(deviation) <= Tolerance(block) && !(isRepeat && _isExact))
        {
            // A sender that rounds its stamps: from the first one on that is off, those within the tolerance tell nothing.
            _isExact &= isOnGrid;
            Follow(block);
            return 0;
        }

        if (overlap > 0 && !isRepeat && block.IsHistorical)
        {
            // Another account of what is known: too late, like one that begins before the grid.
            return long.MaxValue;
        }

        if (overlap > 0 && !isRepeat)
        {
            // Other samples under stamps that were there before: the clock stepped back. Cutting them would splice the window.
            receiver.OnStepBack(due, block.FirstSampleUnixNs);
            receiver.OnGridEvent(GridEvent.StepBack);
            Restart(block, receiver);
            return 0;
        }

        return overlap;
    }

    /// <summary>Keeps how far the stamps lie from the grid, and moves the grid's times to them when that is too far.</summary>
    private void Follow(in BlockHead block)
    {
        _offsetNs = block.FirstSampleUnixNs - _cutter.Grid.TimeOf(_cutter.Next);
        if (Math.Abs(_offsetNs) > Math.Max(options.MaxClockDriftNs, options.StampToleranceNs))
        {
            // Backwards by half a hop or half the block at most, so that each window still is later than the one before.
            long furthestBack = (long)(Math.Min(options.HopSamples, block.Count) * block.PeriodNs / 2);
            long moved = Math.Max(_offsetNs, -furthestBack);
            _cutter.Move(moved);
            _offsetNs -= moved;
        }
    }

    /// <summary>Notes a late block; true when it is the last of enough that continue each other.</summary>
    private bool IsClockSetBack(in BlockHead block)
    {
        double deviation = (double)((Int128)block.FirstSampleUnixNs - _lateDueUnixNs);
        _lateBlocks = _lateBlocks > 0 && Math.Abs(deviation) <= Tolerance(block) ? _lateBlocks + 1 : 1;
        _lateDueUnixNs = new SampleGrid(block.FirstSampleUnixNs, block.SampleRateHz).TimeOf(block.Count);
        return _lateBlocks >= BlocksToBelieve;
    }

    // A stamp may be rounded by its sender; never by more than half a block, or a repeated block would pass as new.
    private double Tolerance(in BlockHead block) =>
        Math.Max(block.PeriodNs / 2, Math.Min(options.StampToleranceNs, block.Count * block.PeriodNs / 2));

    private void Restart(in BlockHead block, IWindowReceiver receiver)
    {
        _cutter.End(receiver);
        _cutter.Start(new SampleGrid(block.FirstSampleUnixNs, block.SampleRateHz));
        _time = block.Time;
        _isExact = true;
        _offsetNs = 0;
        _recent.Clear();
    }
}
