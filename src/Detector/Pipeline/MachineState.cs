using Thrum.Detector.Checkpoints;
using Thrum.Detector.Commands;
using Thrum.Detector.Machines;
using Thrum.Detector.Operating;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Pipeline;

/// <summary>What a shard keeps of one machine: its axes, and the parts of state that are the machine's own.</summary>
internal sealed class MachineState : ICheckpointed
{
    /// <param name="name">The machine.</param>
    /// <param name="votes">Its votes.</param>
    /// <param name="operating">How it runs by its sources.</param>
    public MachineState(string name, MachineVote[] votes, MachineOperating operating)
    {
        Id = AxisId.OfMachine(name);
        Votes = votes;
        Operating = operating;
        Parts.Add("maintenance", Maintenance);
        Parts.Add(MachineOperating.Part, operating);
        foreach (MachineVote vote in votes)
        {
            Parts.Add("vote/" + vote.Alarm.RuleId, vote);
        }
    }

    /// <summary>Key of its own state in checkpoints.</summary>
    public AxisId Id { get; }

    /// <summary>Its axes, in order of appearance.</summary>
    public List<AxisState> Axes { get; } = [];

    /// <summary>The machine's own state.</summary>
    public CheckpointParts Parts { get; } = new();

    /// <summary>True when the machine's own state changed since its last checkpoint.</summary>
    public bool IsDirty
    {
        get => field || Array.Exists(Votes, vote => vote.IsDirty);
        set
        {
            field = value;
            foreach (MachineVote vote in Votes)
            {
                vote.IsDirty = value;
            }
        }
    }

    /// <summary>The last journal record that its own state holds the effect of, as restored; 0 when nothing was.</summary>
    public long RestoredSequence { get; set; }

    /// <summary>Alarms over its axes.</summary>
    public MachineVote[] Votes { get; }

    /// <summary>How it runs by its sources.</summary>
    public MachineOperating Operating { get; }

    /// <summary>Whether it is under maintenance.</summary>
    public MaintenanceMode Maintenance { get; } = new();

    /// <summary>Adds an axis; under maintenance its alarms are suppressed from the start.</summary>
    public void Add(AxisState axis)
    {
        Axes.Add(axis);
        axis.Maintenance = Maintenance;
        axis.Votes = [.. Votes.Select(vote => (vote, vote.Add(axis.Stream.Id, axis.Alarms)))];
        SuppressIfMaintained(axis);
    }

    public void Save(CheckpointWriter writer) => Parts.Save(writer);

    public bool TryLoad(ref CheckpointReader reader)
    {
        bool fits = Parts.TryLoad(ref reader);
        Axes.ForEach(SuppressIfMaintained);
        foreach (MachineVote vote in Maintenance.IsOn ? Votes : [])
        {
            vote.Suppress(true, default);
        }

        return fits;
    }

    private void SuppressIfMaintained(AxisState axis)
    {
        if (Maintenance.IsOn)
        {
            axis.Suppress(true, default, null);
        }
    }
}
