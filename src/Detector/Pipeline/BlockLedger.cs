using Microsoft.Extensions.Logging;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Pipeline;

/// <summary>
/// Counts each block of samples once it is decided what becomes of it, and logs the first drop of an episode. Blocks that wait for their turn
/// are not counted yet. Shared by all shards; thread-safe.
/// </summary>
internal sealed class BlockLedger(StageCounters counters, Episodes<DropReason> episodes, ILogger logger)
{
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
                    Log.DuplicateBlock(logger, stream.Id, block.FirstSampleUnixNs);
                }

                break;
        }
    }

    private bool Drop(DropReason reason, AxisStream stream)
    {
        counters.AddDropped(reason);
        return episodes.Begins(reason, (ulong)stream.Slot);
    }
}
