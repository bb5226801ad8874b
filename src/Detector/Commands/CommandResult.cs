using System.Runtime.InteropServices;

namespace Thrum.Detector.Commands;

/// <summary>What became of a command.</summary>
public enum CommandOutcome
{
    /// <summary>It took effect.</summary>
    Applied,

    /// <summary>The command itself is wrong, whatever the alarm.</summary>
    Invalid,

    /// <summary>There is no such machine, axis or rule, or no window of it came yet.</summary>
    Unknown,

    /// <summary>The alarm is in a state in which this cannot be done; nothing changed.</summary>
    WrongState,

    /// <summary>What it would put in place, such as a model's file, is not fit for that; nothing changed.</summary>
    Refused,

    /// <summary>The gateway stops; it may or may not take effect.</summary>
    Unavailable,
}

/// <summary>The answer to a command.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Message">One sentence for people.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CommandResult(CommandOutcome Outcome, string Message)
{
    /// <summary>How many axes it took effect on, where it concerns more than one.</summary>
    public int Axes { get; init; }
}
