using System.Diagnostics;
using System.Globalization;

namespace Thrum.Detector.Durability;

/// <summary>Places where a crash is most likely to find something half done.</summary>
public enum CrashPoint
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>A journal batch is about to be committed.</summary>
    BeforeJournalCommit,

    /// <summary>A journal batch is committed and nobody knows yet.</summary>
    AfterJournalCommit,

    /// <summary>Outbox, transitions, history or a checkpoint are about to be committed.</summary>
    BeforeStoreCommit,

    /// <summary>Outbox, transitions, history or a checkpoint are committed and nobody knows yet.</summary>
    AfterStoreCommit,

    /// <summary>A checkpoint is about to be handed to the store; its outputs are safe.</summary>
    BeforeCheckpoint,

    /// <summary>A checkpoint is stored; the journal is not trimmed yet.</summary>
    AfterCheckpoint,

    /// <summary>Acknowledgements are about to be sent.</summary>
    BeforeAcknowledge,

    /// <summary>Acknowledgements are with the network.</summary>
    AfterAcknowledge,

    /// <summary>A request to a database or webhook is about to be sent.</summary>
    BeforeHttpWrite,

    /// <summary>A database or webhook has answered and nobody knows yet.</summary>
    AfterHttpWrite,

    /// <summary>A journal batch is about to be read again after a crash.</summary>
    DuringRecovery,
}

/// <summary>
/// Ends the process by SIGKILL at a chosen passage of a chosen place, for crash tests. It is armed by the environment variable
/// <c>THRUM_CRASH_AT</c>, such as <c>AfterJournalCommit:17</c>, read once; without it a passage is a comparison with a constant.
/// </summary>
public static class CrashPoints
{
    /// <summary>Name of the environment variable.</summary>
    public const string Variable = "THRUM_CRASH_AT";

    private static readonly (CrashPoint Point, int Passage) Armed = Parse(Environment.GetEnvironmentVariable(Variable));
    private static int _passages;

    /// <summary>Says that the process is there.</summary>
    public static void Pass(CrashPoint point)
    {
        if (point == Armed.Point && Interlocked.Increment(ref _passages) == Armed.Passage)
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
            // The signal is on its way: nothing that comes after this place may happen.
            Thread.CurrentThread.Join();
        }
    }

    /// <summary>Reads <c>place:passage</c>; <see cref="CrashPoint.None"/> where the text is not that.</summary>
    internal static (CrashPoint Point, int Passage) Parse(string? text) =>
        text?.Split(':') is [string name, string number]
        && Enum.TryParse(name, out CrashPoint point) && Enum.IsDefined(point)
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int passage)
            ? (point, passage)
            : (CrashPoint.None, 0);
}
