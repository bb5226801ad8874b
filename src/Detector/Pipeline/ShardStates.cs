using Thrum.Detector.Checkpoints;
using Thrum.Detector.Machines;
using Thrum.Detector.Operating;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Pipeline;

/// <summary>The axes and machines of a shard, and what is saved of them. Not thread-safe.</summary>
internal sealed class ShardStates(VoteDesk votes, Func<string, MachineOperating> operating)
{
    // Some thousands of axes with short windows; larger states come in parts, so that their memory stays bounded.
    private const int BytesPerPart = 8 << 20;

    private readonly List<AxisState?> _bySlot = [];
    private readonly Dictionary<string, MachineState> _byName = [];
    private readonly List<MachineState> _machines = [];

    /// <summary>The machines, in order of appearance.</summary>
    public IReadOnlyList<MachineState> Machines => _machines;

    /// <summary>The state of an axis; null before its first block.</summary>
    public AxisState? Find(AxisStream stream) => stream.Slot < _bySlot.Count ? _bySlot[stream.Slot] : null;

    /// <summary>The machine; null before its first block.</summary>
    public MachineState? FindMachine(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The machine, made at its first call.</summary>
    public MachineState Machine(string name)
    {
        if (!_byName.TryGetValue(name, out MachineState? machine))
        {
            machine = new MachineState(name, votes.Open(name), operating(name));
            _byName.Add(name, machine);
            _machines.Add(machine);
        }

        return machine;
    }

    /// <summary>Adds the state of a new axis.</summary>
    public void Add(AxisState axis)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(axis.Stream.Slot);
        while (_bySlot.Count <= axis.Stream.Slot)
        {
            _bySlot.Add(null);
        }

        _bySlot[axis.Stream.Slot] = axis;
        Machine(axis.Stream.Id.Machine).Add(axis);
    }

    /// <summary>
    /// Writes what changed, machine by machine from number <paramref name="firstMachine"/> on, until all is written or enough for one
    /// part. Returns the machine to go on with; −1 when the checkpoint is complete.
    /// </summary>
    public int Save(ShardCheckpoint checkpoint, int firstMachine)
    {
        for (int i = firstMachine; i < _machines.Count; i++)
        {
            if (checkpoint.ByteCount >= BytesPerPart)
            {
                return i;
            }

            Save(checkpoint, _machines[i]);
        }

        checkpoint.IsComplete = true;
        return -1;
    }

    private static void Save(ShardCheckpoint checkpoint, MachineState machine)
    {
        if (machine.IsDirty)
        {
            machine.IsDirty = false;
            checkpoint.Add(machine.Id, machine);
        }

        foreach (AxisState axis in machine.Axes)
        {
            if (axis.IsDirty)
            {
                axis.IsDirty = false;
                checkpoint.Add(axis.Stream.Id, axis);
            }
        }
    }
}
