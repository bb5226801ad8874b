using System.Globalization;
using Thrum.Detector.Alarms;
using Thrum.Detector.Machines;
using Thrum.Detector.Pipeline;

namespace Thrum.Detector.Commands;

/// <summary>Applies commands to the states of a shard, between two windows of each axis. Nothing may wait in a lane.</summary>
internal sealed class CommandDesk(ShardStates states, ShardOutput output)
{
    /// <summary>Applies a command; its transitions go to the output.</summary>
    public CommandResult Apply(OperatorCommand command, long sequence)
    {
        if (states.FindMachine(command.Target.Machine) is not { } machine)
        {
            return new CommandResult(CommandOutcome.Unknown, $"machine '{command.Target.Machine}' is unknown: nothing of it was received yet");
        }

        var word = new OperatorWord(sequence, command.By);
        foreach (AxisState axis in machine.Axes)
        {
            if (!IsDone(axis.RestoredSequence, word))
            {
                axis.TakeTime(command.GivenUnixNs);
            }
        }

        return command.IsOfMachine ? Maintain(machine, command.Action == OperatorAction.BeginMaintenance, word)
            : command.IsOfCalibration ? Calibrate(machine, command, word)
            : ToAlarm(machine, command, word);
    }

    private CommandResult Maintain(MachineState machine, bool on, in OperatorWord word)
    {
        // A restored state that holds the command already is passed over, as its samples are.
        if (IsDone(machine.RestoredSequence, word))
        {
            return Done(machine.Id.Machine);
        }

        if (machine.Maintenance.IsOn == on)
        {
            return new CommandResult(CommandOutcome.WrongState, $"machine '{machine.Id.Machine}' is {(on ? "already" : "not")} under maintenance");
        }

        machine.Maintenance.IsOn = on;
        machine.IsDirty = true;
        foreach (MachineVote vote in machine.Votes)
        {
            Append(vote.Suppress(on, word));
        }

        foreach (AxisState axis in machine.Axes)
        {
            if (IsDone(axis.RestoredSequence, word))
            {
                continue;
            }

            axis.IsDirty = true;
            axis.Suppress(on, word, output);
        }

        return Done(machine.Id.Machine);
    }

    private static CommandResult Calibrate(MachineState machine, OperatorCommand command, in OperatorWord word) =>
        machine.Axes.Find(axis => axis.Stream.Id == command.Target) is not { } axis
            ? new CommandResult(CommandOutcome.Unknown, $"{command.Target} is unknown: nothing of it was received yet")
            : IsDone(axis.RestoredSequence, word) ? Done(command.Target.ToString()) : CalibrationDesk.Apply(axis, command);

    private CommandResult ToAlarm(MachineState machine, OperatorCommand command, in OperatorWord word)
    {
        AxisState? axis = machine.Axes.Find(axis => axis.Stream.Id == command.Target);
        AlarmTracker? ofAxis = axis?.FindAlarm(command.RuleId);
        AlarmTracker? alarm = ofAxis ?? Array.Find(machine.Votes, vote => vote.Alarm.Axis == command.Target && vote.Alarm.RuleId == command.RuleId)?.Alarm;
        if (alarm is null)
        {
            return new CommandResult(CommandOutcome.Unknown, $"{command.Target} has no alarm '{command.RuleId}'");
        }

        if (IsDone(ofAxis is null ? machine.RestoredSequence : axis!.RestoredSequence, word))
        {
            return Done(command.Target.ToString());
        }

        CommandResult result = command.Action switch
        {
            OperatorAction.ThisWasNormal => TakeAsNormal(axis, alarm, word),
            OperatorAction.RestoreLevels => RestoreLevels(axis, alarm),
            _ => Operate(alarm, command, word),
        };
        if (result.Outcome == CommandOutcome.Applied)
        {
            SetDirty(machine, ofAxis is null ? null : axis);
        }

        return result;
    }

    private static void SetDirty(MachineState machine, AxisState? axis)
    {
        if (axis is null)
        {
            machine.IsDirty = true;
        }
        else
        {
            axis.IsDirty = true;
        }
    }

    private CommandResult Operate(AlarmTracker alarm, OperatorCommand command, in OperatorWord word)
    {
        bool applied;
        AlarmTransition? transition;
        if (command.Action == OperatorAction.Shelve)
        {
            applied = alarm.TryShelve(command.UntilUnixNs, word, out transition);
        }
        else
        {
            transition = command.Action switch
            {
                OperatorAction.Acknowledge => alarm.Acknowledge(word),
                OperatorAction.Unshelve => alarm.Unshelve(word),
                _ => alarm.Reset(word),
            };
            applied = transition is not null;
        }

        if (!applied)
        {
            return new CommandResult(CommandOutcome.WrongState, $"{command.Target} alarm '{command.RuleId}' is {alarm.State.ToWireName()}, expected {Expected(command.Action)}");
        }

        Append(transition);
        return new CommandResult(CommandOutcome.Applied, $"{command.Target} alarm '{command.RuleId}' is {alarm.State.ToWireName()}");
    }

    private CommandResult TakeAsNormal(AxisState? axis, AlarmTracker alarm, in OperatorWord word)
    {
        if (axis is null || !axis.Alarms.Contains(alarm))
        {
            return new CommandResult(CommandOutcome.WrongState, $"{alarm.Axis} alarm '{alarm.RuleId}' looks at no scores, expected one that does");
        }

        AlarmEpisode episode = alarm.Episode;
        if (episode.Windows == 0)
        {
            return new CommandResult(CommandOutcome.WrongState, $"{alarm.Axis} alarm '{alarm.RuleId}' was not raised since its model came or maintenance ended, so there are no windows to take as normal");
        }

        if (!alarm.IsCalibrated)
        {
            // It stands from another band of speed or load.
            return new CommandResult(CommandOutcome.WrongState, $"{alarm.Axis} alarm '{alarm.RuleId}' has no level in the present band, so there is none to raise");
        }

        (double raise, double clear) = (alarm.Rule.RaiseLevel, alarm.Rule.ClearLevel);
        (double newRaise, double newClear) = episode.LevelsAbove(raise, clear);
        axis.Levels.Set(alarm, newRaise, newClear);
        Append(alarm.TakeAsNormal(word));
        return new CommandResult(CommandOutcome.Applied, string.Create(
            CultureInfo.InvariantCulture,
            $"{alarm.Axis} alarm '{alarm.RuleId}': {episode.Windows} windows taken as normal, raise level {raise:G5} to {newRaise:G5}, clear level {clear:G5} to {newClear:G5}"));
    }

    private static CommandResult RestoreLevels(AxisState? axis, AlarmTracker alarm)
    {
        double raise = alarm.RaiseLevel;
        if (axis is null || !axis.Levels.Remove(alarm))
        {
            return new CommandResult(CommandOutcome.WrongState, $"{alarm.Axis} alarm '{alarm.RuleId}' has no levels of its own");
        }

        return new CommandResult(CommandOutcome.Applied, string.Create(
            CultureInfo.InvariantCulture, $"{alarm.Axis} alarm '{alarm.RuleId}' has the levels of its model again, raise level {raise:G5} to {alarm.RaiseLevel:G5}"));
    }

    private void Append(AlarmTransition? transition)
    {
        if (transition is not null)
        {
            output.Batch.Append(transition);
        }
    }

    private static bool IsDone(long restored, in OperatorWord word) => word.Sequence <= restored;

    private static CommandResult Done(string what) => new(CommandOutcome.Applied, $"done: {what}");

    private static string Expected(OperatorAction action) => action switch
    {
        OperatorAction.Acknowledge => "activeUnacknowledged or returnedUnacknowledged",
        OperatorAction.Shelve => "any state but suppressed",
        OperatorAction.Unshelve => "shelved",
        _ => "latched",
    };
}
