using System.Runtime.InteropServices;

namespace Thrum.Detector.Alarms;

/// <summary>The last time that the condition of a rule was present: what an operator takes as normal when it was no fault.</summary>
/// <param name="Windows">Windows so far; 0 when there was none.</param>
/// <param name="Greatest">The greatest statistic among them.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AlarmEpisode(long Windows, float Greatest)
{
    /// <summary>The episode with another window.</summary>
    public AlarmEpisode With(float statistic) => new(Windows + 1, Windows == 0 ? statistic : Math.Max(Greatest, statistic));

    /// <summary>
    /// The levels under which all of it is below the clear level, raise and clear being as far from each other as before: in proportion where both are positive. Never lower than they were.
    /// </summary>
    public (double Raise, double Clear) LevelsAbove(double raise, double clear)
    {
        double newClear = Math.Max(clear, MathF.BitIncrement(Greatest));
        return (Math.Max(raise, clear > 0 && raise > 0 ? newClear * (raise / clear) : newClear + (raise - clear)), newClear);
    }
}
