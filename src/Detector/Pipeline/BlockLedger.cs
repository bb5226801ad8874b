using Microsoft.Extensions.Logging;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Pipeline;

/// <summary>
/// Counts each block of samples once it is decided what becomes of it, and logs the first drop of an episode. Blocks that wait for their turn
/// are not counted yet. Shared by all shards; thread-safe.
/// </summary>
internal sealed class BlockLedger(StageCounters counters, TimeProvider time, ILogger logger)
{
    private readonly Episodes<DropReason> _drops = new(time);
    private readonly Episodes<GridEvent> _breaks = new(time);

    /// <summary>What happened to grids.</summary>
    public GridCounters Grid { get; } = new();

    public void Count(AxisStream stream, BlockOutcome outcome, in BlockHead block)
    {
        counters.AddReceived(1);
        switch (outcome)
        {
            case BlockOutcome.Accepted:
                counters.AddSent(1);
                break;
            case BlockOutcome.Late:
                if (Drop(DropReason.Late, stream))
                {
                    Log.LateBlock(logger, stream.Id, block.FirstSampleUnixNs, Windower.BlocksToBelieve);
                }

                break;
            case BlockOutcome.Stray:
                if (Drop(DropReason.BadTime, stream))
                {
                    Log.StrayBlock(logger, stream.Id, block.FirstSampleUnixNs, Windower.BlocksToBelieve);
                }

                break;
            case BlockOutcome.Reserved:
                if (Drop(DropReason.BadAxis, stream))
                {
                    Log.ReservedAxis(logger, stream.Id);
                }

                break;
            default:
                if (Drop(DropReason.Duplicate, stream))
                {
                    LogDuplicate(stream, block);
                }

                break;
        }
    }

    /// <summary>The numbers of a stream's blocks did not follow each other; its grid counted it.</summary>
    public void NoteNumberBreak(AxisStream stream, uint due, uint found)
    {
        if (_breaks.Begins(GridEvent.Hole, (ulong)stream.Slot))
        {
            Log.NumberBreak(logger, stream.Id, due, found);
        }
    }

    private void LogDuplicate(AxisStream stream, in BlockHead block)
    {
        if (block.Number is { } number)
        {
            Log.DuplicateNumber(logger, stream.Id, number);
        }
        else
        {
            Log.DuplicateBlock(logger, stream.Id, block.FirstSampleUnixNs);
        }
    }

    private bool Drop(DropReason reason, AxisStream stream)
    {
        counters.AddDropped(reason);
        return _drops.Begins(reason, (ulong)stream.Slot);
    }
}
