using Thrum.Detector.Alarms;
using Thrum.Detector.Scores;
using Thrum.Detector.Windows;

namespace Thrum.Gateway.Live;

/// <summary>What the last window of an axis means for whoever looks at it.</summary>
internal sealed partial record LiveAxisState
{
    /// <summary>An alarm is not normal.</summary>
    public const int RankOfAlarm = 0;

    /// <summary>No alarm stands, but nothing watched the last window.</summary>
    public const int RankOfUnwatched = 1;

    /// <summary>Watched, and normal.</summary>
    public const int RankOfNormal = 2;

    /// <summary>See <see cref="Rank"/>.</summary>
    public static int RankOf(in WindowScore last) =>
        last.State != AlarmState.Normal ? RankOfAlarm : last.Status != WindowStatus.Valid ? RankOfUnwatched : RankOfNormal;

    /// <summary>See <see cref="State"/>: no score is no good news, so it is never called normal.</summary>
    public static string StateOf(in WindowScore last) => RankOf(last) == RankOfUnwatched ? last.Status.ToWireName() : last.State.ToWireName();

    /// <summary>See <see cref="Reason"/>.</summary>
    public static string? ReasonOf(WindowStatus status) => status switch
    {
        WindowStatus.Valid => null,
        WindowStatus.NoModel => "no model of Detector:Models fits its name and rate, and no baseline is learned for it",
        WindowStatus.NotCalibrated => "its model has a score but no alarm level: calibrate it, or give a rule a level",
        WindowStatus.WarmingUp => "it has just started, or its baseline is being learned",
        WindowStatus.Stopped => "the machine stands still",
        WindowStatus.Gap => "samples are missing in its last window",
        WindowStatus.NonFinite => "its last window holds samples that are not finite numbers",
        WindowStatus.Maintenance => "the machine is under maintenance",
        WindowStatus.NoSpeed => "the speed or load of the machine is not known",
        WindowStatus.BandChange => "the speed or load is changing from one band to another",
        WindowStatus.NoBand => "the speed or load is in none of the bands of Detector:Operating",
        _ => "its samples do not stand at the times they should",
    };
}
