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
internal sealed class OperatingDoor(OperatingDesk desk, ShardStates states, BlockLedger ledger, BlockTaker take)
{
    private readonly List<Way?> _bySlot = [];

    /// <summary>The gate of an axis; null where it always counts as running.</summary>
    public OperatingGate? GateOf(AxisId axis) => desk.OpenGate(axis, states.Machine(axis.Machine).Operating);

    /// <summary>False when the block is none of a source and need not wait.</summary>
    public bool TryHold(in SampleBlock block, ReadOnlySpan<float> samples)
    {
        if (!desk.HasSources || WayOf(block.Stream) is not { Machine.Operating: { } operating } way)
        {
            return false;
        }

        if (block.JournalSequence != 0 && block.JournalSequence <= way.Machine.RestoredSequence)
        {
            // The restored state holds its effect already, or the block itself; the run before counted it.
            return true;
        }

        way.Machine.IsDirty = true;
        var head = BlockHead.Of(block);
        if (way.Source is { } source)
        {
            ledger.Count(block.Stream, OperatingDesk.Take(source, block, samples), head);
            operating.Drain(source, all: false, take);
        }
        else
        {
            states.Find(block.Stream)?.Touch();
            way.Held!.Add(head, block.ArrivalUnixNs, samples);
            way.Held.Drain(all: false, take);
        }

        return true;
    }

    /// <summary>Gives on all that waits.</summary>
    public void Release()
    {
        foreach (MachineState machine in states.Machines)
        {
            machine.Operating?.Drain(null, all: true, take);
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
        OperatingTrack? source = machine.Operating?.Find(stream.Id);
        OperatingTrack? track = source is null ? desk.TrackFor(stream.Id, machine.Operating) : null;
        return new Way(machine, source, track is null ? null : machine.Operating!.HeldOf(stream, track));
    }

    /// <summary>What becomes of the blocks of a stream.</summary>
    /// <param name="Machine">Its machine.</param>
    /// <param name="Source">The track that they are values of.</param>
    /// <param name="Held">Where they wait.</param>
    private sealed record Way(MachineState Machine, OperatingTrack? Source, HeldAxis? Held);
}
