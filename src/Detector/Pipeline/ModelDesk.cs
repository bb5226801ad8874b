using Thrum.Detector.Alarms;
using Thrum.Detector.Commands;

namespace Thrum.Detector.Pipeline;

/// <summary>Applies commands about models to the axes of a shard, between two windows of each. Nothing may wait in a lane.</summary>
/// <param name="states">The axes.</param>
/// <param name="slots">The lanes of the models.</param>
/// <param name="register">Which revision is live from when on.</param>
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
        int axes = 0;

        // A copy: joint axes may come to be. They stand before their axes, and are moved before them.
        foreach (AxisState axis in states.Machines.SelectMany(machine => machine.Axes).ToArray())
        {
            // A restored state that holds the command already is passed over, as its samples are.
            if (axis.RestoredSequence < sequence && slots.IndexOf(axis.Stream.Id) == slot)
            {
                axis.IsDirty = true;
                refit(axis, word);
                axes++;
            }
        }

        if (before is not null && !states.Machines.Any(machine => machine.Axes.Exists(axis => axis.Lane == before)))
        {
            slots.Close(before);
        }

        return new CommandResult(CommandOutcome.Applied, "the model is in use") { Axes = axes };
    }
}
