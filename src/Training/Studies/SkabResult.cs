using System.Text.Json.Serialization;
using Thrum.Training.Evaluation;

namespace Thrum.Training.Studies;

/// <summary>What a <see cref="SkabStudy"/> found; all rates are shares from 0 to 1.</summary>
/// <param name="Files">Labelled files used.</param>
/// <param name="Notebook">The convolutional autoencoder under the leaderboard notebooks' rule, mean over seeds.</param>
/// <param name="Causal">The causal detector, every test row counted.</param>
/// <param name="Trivial">Detectors that detect nothing: alarm always, from row 570 on, wherever the notebook's loop can flag, and the notebook's rule with no model.</param>
public sealed record SkabResult(int Files, SkabRates Notebook, SkabCausalRates Causal, IReadOnlyDictionary<string, SkabRates> Trivial)
{
    /// <summary>The settings of both rules, in words.</summary>
    [JsonIgnore]
    public string Settings { get; init; } = "";

    /// <summary>The notebook's rule for each seed.</summary>
    [JsonIgnore]
    public IReadOnlyList<SkabRates> NotebookSeeds { get; init; } = [];
}

/// <summary>Point-wise rates.</summary>
/// <param name="F1">Harmonic mean of precision and recall.</param>
/// <param name="Far">Share of normal rows with an alarm.</param>
/// <param name="Mar">Share of anomalous rows without one.</param>
public sealed record SkabRates(double F1, double Far, double Mar)
{
    internal static SkabRates Mean(IReadOnlyList<ConfusionCounts> counts) =>
        new(counts.Average(c => c.F1), counts.Average(c => c.FalseAlarmRate), counts.Average(c => c.MissedAlarmRate));
}

/// <summary>Point-wise rates of a stream, and how its alarms lie to the events.</summary>
/// <param name="F1">Harmonic mean of precision and recall.</param>
/// <param name="Far">Share of normal rows with an alarm.</param>
/// <param name="Mar">Share of anomalous rows without one.</param>
/// <param name="FarBeforeEvent">Share of the test rows before a file's first event with an alarm: afterwards the rig has not settled.</param>
/// <param name="EventsFound">Share of events (runs of anomalous rows) in which an alarm is raised.</param>
public sealed record SkabCausalRates(double F1, double Far, double Mar, double FarBeforeEvent, double EventsFound)
{
    internal static SkabCausalRates Of(IReadOnlyList<SkabFile> files, Func<SkabFile, bool[]> detector)
    {
        var counts = default(ConfusionCounts);
        var before = default(ConfusionCounts);
        int events = 0, found = 0;
        foreach (SkabFile file in files)
        {
            bool[] alarms = detector(file);
            ReadOnlySpan<bool> labels = file.TestLabels;
            counts += ConfusionCounts.Of(alarms, labels);
            int onset = Math.Max(0, labels.IndexOf(true));
            before += ConfusionCounts.Of(alarms.AsSpan(0, onset), labels[..onset]);
            var scores = EventScores.Of(alarms, labels);
            events += scores.Events;
            found += scores.Found;
        }

        return new SkabCausalRates(counts.F1, counts.FalseAlarmRate, counts.MissedAlarmRate, before.FalseAlarmRate, events == 0 ? 0 : (double)found / events);
    }
}
