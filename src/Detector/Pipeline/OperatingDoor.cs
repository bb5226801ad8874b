using Microsoft.Extensions.Logging;
using Thrum.Detector.Operating;
using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Pipeline;

/// <summary>
/// Where blocks enter a shard. The values of a machine's speed or load go into its track, and blocks of axes that are judged by it wait here until it is known how the machine ran during
/// them; all others pass. Not thread-safe.
/// </summary>
/// <param name="desk">The entries of the configuration.</param>
/// <param name="states">The states of the shard.</param>
/// <param name="ledger">Counts the blocks of sources; the others are counted behind the door.</param>
/// <param name="take">Takes what need not wait.</param>
/// <param name="logger">Logger.</param>
internal sealed class OperatingDoor(OperatingDesk desk, ShardStates states, BlockLedger ledger, BlockTaker take, ILogger logger)
{
    private readonly List<Way?> _bySlot = [];

    /// <summary>The gate of an axis; null where it always counts as running.</summary>
    public OperatingGate? GateOf(AxisId axis) => desk.OpenGate(axis, states.Machine(axis.Machine).Operating);

    /// <summary>Before anything else, once all is restored: gives on what waited in a state when there was a source that is gone from the settings.</summary>
    public void Open()
    {
        foreach (MachineState machine in states.Machines.ToArray())
        {
            foreach (HeldAxis stray in machine.Operating.TakeStrays())
            {
                machine.IsDirty = true;
                stray.Drain(all: true, take);
                if (states.Find(stray.Stream) is { } axis)
                {
                    // What the journal holds of it to there, it took by now.
                    axis.RestoredSequence = Math.Max(axis.RestoredSequence, machine.RestoredSequence);
                }
            }
        }
    }

    /// <summary>False when the block is none of a source and need not wait.</summary>
    public bool TryHold(in SampleBlock block, ReadOnlySpan<float> samples)
    {
        if (!desk.HasSources || WayOf(block.Stream) is not { } way)
        {
            return false;
        }

        if (block.JournalSequence != 0 && block.JournalSequence <= way.Machine.RestoredSequence)
        {
            // The restored state holds its effect already, or the block itself; the run before counted it.
            return true;
        }

        way.Machine.IsDirty = true;
        if (way.Source is { } source)
        {
            ledger.Count(block.Stream, source.Take(block, samples), BlockHead.Of(block));
            way.Machine.Operating.DrainBehind(source, take);
        }
        else
        {
            states.Find(block.Stream)?.Touch();
            way.Held!.Add(block, samples);
            way.Held.Drain(all: false, take);
        }

        return true;
    }

    /// <summary>Gives on all that waits.</summary>
    public void Release()
    {
        foreach (MachineState machine in states.Machines)
        {
            machine.Operating.Release(take);
        }
    }

    /// <summary>The way of a stream, found once; null where it passes.</summary>
    private Way? WayOf(AxisStream stream)
    {
        while (_bySlot.Count <= stream.Slot)
        {
            _bySlot.Add(null);
        }

        return (_bySlot[stream.Slot] ??= Find(stream)) is { Source: null, Held: null } ? null : _bySlot[stream.Slot];
    }

    private Way Find(AxisStream stream)
    {
        MachineState machine = states.Machine(stream.Id.Machine);
        if (machine.Operating.Find(stream.Id) is { } source)
        {
            Log.OperatingSource(logger, stream.Id);
            return new Way(machine, source, null);
        }

        return new Way(machine, null, machine.Operating.HeldOf(stream));
    }

    /// <summary>What becomes of the blocks of a stream.</summary>
    /// <param name="Machine">Its machine.</param>
    /// <param name="Source">The track that they are values of.</param>
    /// <param name="Held">Where they wait.</param>
    private sealed record Way(MachineState Machine, OperatingTrack? Source, HeldAxis? Held);
}
