using System.Runtime.InteropServices;

namespace Thrum.Detector.Alarms;

/// <summary>Whose command changes an alarm.</summary>
/// <param name="Sequence">The command's sequence, which stands for the event time in the transition's id.</param>
/// <param name="By">Who gave it; empty when unknown.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct OperatorWord(long Sequence, string By);
