using Thrum.Detector.Alarms;
using Thrum.Detector.Checkpoints;

namespace Thrum.Detector.Pipeline;

/// <summary>
/// The levels that an operator gave the rules of one axis in place of its model's, and what the last alarms were like. They hold for the revision, and the band of speed or load, that they were given for. A part of the
/// axis's state.
/// </summary>
internal sealed class OwnLevels(AxisState axis) : ICheckpointed
{
    public const string Part = "levels";

    private (string RuleId, string Revision, double Raise, double Clear)[] _levels = [];

    /// <summary>The least own level at which the score raises an alarm; null where the model's holds.</summary>
    public float? ScoreThreshold { get; private set; }

    /// <summary>Gives a rule levels of its own.</summary>
    public void Set(AlarmTracker alarm, double raise, double clear)
    {
        _levels = [.. _levels.Where(level => !IsOf(level, alarm)), (alarm.RuleId, KeyOf(alarm), raise, clear)];
        Apply();
    }

    /// <summary>Gives a rule its model's levels again; false when others are not in force.</summary>
    public bool Remove(AlarmTracker alarm)
    {
        string key = KeyOf(alarm);
        if (!Array.Exists(_levels, level => level.RuleId == alarm.RuleId && level.Revision == key))
        {
            return false;
        }

        _levels = [.. _levels.Where(level => !IsOf(level, alarm))];
        axis.Calibration.Apply();
        return true;
    }

    /// <summary>Puts the levels in force, after the rules were resolved anew.</summary>
    public void Apply()
    {
        ScoreThreshold = null;
        foreach ((string id, string revision, double raise, double clear) in _levels)
        {
            if (Array.Find(axis.Alarms, alarm => alarm.RuleId == id) is { } alarm && revision == KeyOf(alarm))
            {
                alarm.SetLevels(alarm.Rule with { RaiseLevel = raise, ClearLevel = clear, LevelOrigin = "set by an operator", Budget = null });
                if (alarm.Rule.MetricIndex == 0)
                {
                    ScoreThreshold = (float)axis.Alarms.Where(other => other.Rule.MetricIndex == 0 && other.IsCalibrated).Min(other => other.RaiseLevel);
                }
            }
        }
    }

    private bool IsOfBaseline(AlarmTracker alarm) => Array.IndexOf(axis.BaselineAlarms, alarm) >= 0;

    // A baseline has no revision: it is the axis's own. Beside a model its levels are those of all bands, as its windows change bands by themselves.
    private string KeyOf(AlarmTracker alarm) => !IsOfBaseline(alarm) ? axis.Calibration.Key
        : axis.Baselines is { Beside: null } && axis.Calibration.Band is { } band ? $"#{band.Name}" : "";

    // What a revision of before had is forgotten, what other bands have is kept.
    private bool IsOf((string RuleId, string Revision, double Raise, double Clear) level, AlarmTracker alarm) =>
        level.RuleId == alarm.RuleId
        && (level.Revision == KeyOf(alarm) || !level.Revision.StartsWith(IsOfBaseline(alarm) ? "" : axis.Model.Revision, StringComparison.Ordinal));

    public void Save(CheckpointWriter writer)
    {
        writer.Write(_levels.Length);
        foreach ((string id, string revision, double raise, double clear) in _levels)
        {
            writer.Write(id);
            writer.Write(revision);
            writer.Write(raise);
            writer.Write(clear);
        }

        writer.Write(axis.Alarms.Length);
        foreach (AlarmTracker alarm in axis.Alarms)
        {
            writer.Write(alarm.RuleId);
            writer.Write(alarm.Episode.Windows);
            writer.Write((double)alarm.Episode.Greatest);
        }
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        bool fits = true;
        int levels = reader.ReadInt32();
        for (int i = 0; i < levels && reader.IsValid; i++)
        {
            (string RuleId, string Revision, double Raise, double Clear) level = (reader.ReadString(), reader.ReadString(), reader.ReadDouble(), reader.ReadDouble());
            fits &= double.IsFinite(level.Raise) && double.IsFinite(level.Clear) && level.Clear <= level.Raise;
            _levels = [.. _levels, level];
        }

        int alarms = reader.ReadInt32();
        for (int i = 0; i < alarms && reader.IsValid; i++)
        {
            string id = reader.ReadString();
            var episode = new AlarmEpisode(reader.ReadInt64(), (float)reader.ReadDouble());
            fits &= episode.Windows >= 0 && float.IsFinite(episode.Greatest);
            if (Array.Find(axis.Alarms, alarm => alarm.RuleId == id) is { } alarm)
            {
                alarm.Episode = episode;
            }
        }

        if (!fits || !reader.IsValid)
        {
            _levels = [];
            Array.ForEach(axis.Alarms, alarm => alarm.Episode = default);
            return false;
        }

        Apply();
        return true;
    }
}
