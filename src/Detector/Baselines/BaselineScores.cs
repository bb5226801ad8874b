using Thrum.Detector.Alarms;
using Thrum.Detector.Scores;

namespace Thrum.Detector.Baselines;

/// <summary>The model-free scores by their place, their names and the alarm rules on them. A deviation is (ln value − μ)/σ of the calibration.</summary>
internal static class BaselineScores
{
    /// <summary>Scores of a window: RMS, kurtosis, crest, z2, z2-up.</summary>
    public const int Count = 5;

    public const int Rms = 0;
    public const int Kurtosis = 1;
    public const int Crest = 2;

    /// <summary>Mean over the bins of z².</summary>
    public const int ZSquared = 3;

    /// <summary>Mean over the bins of max(z, 0)²: only what became louder counts, as running in makes machines quieter.</summary>
    public const int ZSquaredUp = 4;

    /// <summary>Values written per window: the greatest watched deviation, which is the score, then the scores, then their deviations.</summary>
    public const int Values = 1 + (2 * Count);

    private static readonly string[] Names = ["rms", "kurtosis", "crest", "z2", "z2-up"];

    /// <summary>What alarms look at. Crest adds nothing to kurtosis, and the two-sided spectrum rises when a machine grows quieter.</summary>
    private static readonly (int Score, string Rule, AlarmSeverity Severity)[] Watched =
    [
        (Rms, "baseline-rms", AlarmSeverity.Alarm),
        (ZSquaredUp, "baseline-spectrum", AlarmSeverity.Alarm),
        (Kurtosis, "baseline-kurtosis", AlarmSeverity.Warning),
    ];

    /// <summary>The scorer as it leaves with each score.</summary>
    public static ScoredModel Description { get; } = new(
        "baseline",
        "1",
        ["deviation", .. Names, .. Names.Select(name => name + "-deviation")],
        ["deviation", .. Names.Select(FieldKey), .. Names.Select(name => FieldKey(name) + "_deviation")]);

    /// <summary>Names of the scores by their place.</summary>
    public static IReadOnlyList<string> Scores => Names;

    /// <summary>Place of a score's deviation among the values of a window.</summary>
    public static int Deviation(int score) => 1 + Count + score;

    public static IReadOnlyList<AlarmRule> Rules(BaselineOptions options) =>
    [
        .. Watched.Select(watched => new AlarmRule
        {
            Id = watched.Rule,
            Severity = watched.Severity,
            MetricIndex = Deviation(watched.Score),
            Metric = Description.Metrics[Deviation(watched.Score)],
            RaiseCount = options.RaiseCount,
            OfWindows = options.OfWindows,
            RaiseLevel = options.RaiseSigma,
            ClearLevel = options.ClearSigma,
        }),
        .. Combined(options),
    ];

    /// <summary>A combination of scores; null when the text has not the form of one.</summary>
    /// <exception cref="FormatException">It has, and a fault in it.</exception>
    public static CombinationSpec? ParseCombination(string text) => CombinationSpec.Parse(text, part =>
        Names.Contains(part.Trim()) ? part.Trim() : throw new FormatException($"'{part.Trim()}' is no score, expected {string.Join(", ", Names)}"));

    /// <summary>The alarm over several scores, where one is asked for. Their deviations are taken as standard normal, so its levels are those of so many standard deviations.</summary>
    private static IEnumerable<AlarmRule> Combined(BaselineOptions options) => options.Combine.Length == 0 || ParseCombination(options.Combine) is not { } spec ? [] :
    [
        new AlarmRule
        {
            Id = "baseline-combined",
            Severity = AlarmSeverity.Alarm,
            MetricIndex = -1,
            Metric = spec.Text,
            Combination = new MetricCombination(spec, [.. spec.Metrics.Select(score => Deviation(Array.IndexOf(Names, score)))], null),
            RaiseCount = options.RaiseCount,
            OfWindows = options.OfWindows,
            RaiseLevel = MetricCombination.SigmaLevel(options.RaiseSigma),
            ClearLevel = MetricCombination.SigmaLevel(options.ClearSigma),
        },
    ];

    /// <summary>The greatest of the deviations that alarms look at.</summary>
    public static float Greatest(ReadOnlySpan<float> values)
    {
        float greatest = float.NegativeInfinity;
        foreach ((int score, _, _) in Watched)
        {
            greatest = Math.Max(greatest, values[Deviation(score)]);
        }

        return greatest;
    }

    /// <summary>
    /// Whether a window is fit to learn from: level and kurtosis within <paramref name="sigma"/> of the calibration both ways, and neither spectrum score that far above. So
    /// a machine that runs slower or idles is left out as one that is louder.
    /// </summary>
    public static bool LooksHealthy(ReadOnlySpan<float> values, double sigma) =>
        Math.Abs(values[Deviation(Rms)]) < sigma && Math.Abs(values[Deviation(Kurtosis)]) < sigma
        && values[Deviation(ZSquared)] < sigma && values[Deviation(ZSquaredUp)] < sigma;

    private static string FieldKey(string name) => name.Replace('-', '_');
}
