using Thrum.Detector.Alarms;
using Thrum.Detector.Commands;

namespace Thrum.Detector.Pipeline;

/// <summary>Applies commands about models to the axes of a shard, between two windows of each. Nothing may wait in a lane.</summary>
/// <param name="states">The axes.</param>
/// <param name="slots">The lanes of the models.</param>
/// <param name="register">Which revision is in use from when on.</param>
/// <param name="refit">Moves an axis to what its entry has for it now.</param>
internal sealed class ModelDesk(ShardStates states, ModelSlots slots, ModelRegister register, Action<AxisState, OperatorWord> refit)
{
    public CommandResult Apply(OperatorCommand command, long sequence)
    {
        int slot = slots.SlotOf(command.Model);
        if (slot < 0)
        {
            return new CommandResult(CommandOutcome.Unknown, $"no entry of Detector:Models has the Match '{command.Model}'");
        }

        return command.Action == OperatorAction.UseModel ? Use(slot, command, sequence) : SetShadow(slot, command, sequence);
    }

    private CommandResult Use(int slot, OperatorCommand command, long sequence)
    {
        if (slots.Find(slot, command.Revision) is not { } lane)
        {
            return new CommandResult(CommandOutcome.Unknown, $"revision {command.Revision} of the model for '{command.Model}' is not at hand");
        }

        ModelLane? before = slots.Live(slot);
        if (lane == before)
        {
            return new CommandResult(CommandOutcome.Applied, "the model is in use");
        }

        slots.SetLive(slot, lane);
        register.Note(new ModelUse(command.Model, sequence, command.Revision));
        var word = new OperatorWord(sequence, command.By);
        int axes = ForEachAxis(slot, sequence, axis => refit(axis, word));
        CloseUnlessUsed(before);
        return new CommandResult(CommandOutcome.Applied, "the model is in use") { Axes = axes };
    }

    private CommandResult SetShadow(int slot, OperatorCommand command, long sequence)
    {
        ModelLane? lane = command.Revision.Length == 0 ? null : slots.Find(slot, command.Revision, ModelRole.Shadow);
        if (lane is null && command.Revision.Length > 0)
        {
            return new CommandResult(CommandOutcome.Unknown, $"revision {command.Revision} of the shadow for '{command.Model}' is not at hand");
        }

        ModelLane? before = slots.Shadow(slot);
        if (lane == before)
        {
            return new CommandResult(CommandOutcome.Applied, "the shadow is in use");
        }

        slots.SetShadow(slot, lane);
        register.Note(new ModelUse(command.Model, sequence, command.Revision, ModelRole.Shadow));
        int axes = ForEachAxis(slot, sequence, axis => axis.SetShadow(slots.ShadowFor(slot, axis)));
        CloseUnlessUsed(before);
        return new CommandResult(CommandOutcome.Applied, lane is null ? "the shadow has ended" : "the shadow is in use") { Axes = axes };
    }

    private int ForEachAxis(int slot, long sequence, Action<AxisState> change)
    {
        int axes = 0;

        // A copy: joint axes may come to be. They stand before their axes, and are moved before them.
        foreach (AxisState axis in states.Machines.SelectMany(machine => machine.Axes).ToArray())
        {
            // A restored state that holds the command already is passed over, as its samples are.
            if (axis.RestoredSequence < sequence && slots.IndexOf(axis.Stream.Id) == slot)
            {
                axis.IsDirty = true;
                change(axis);
                axes++;
            }
        }

        return axes;
    }

    /// <summary>Axes that were restored by another command than the present one may still use a lane.</summary>
    private void CloseUnlessUsed(ModelLane? lane)
    {
        if (lane is not null && !states.Machines.Any(machine => machine.Axes.Exists(axis => axis.Lane == lane || axis.Shadow?.Lane == lane)))
        {
            slots.Close(lane);
        }
    }
}
