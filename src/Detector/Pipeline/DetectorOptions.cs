using System.ComponentModel.DataAnnotations;
using Thrum.Detector.Alarms;
using Thrum.Detector.Baselines;
using Thrum.Detector.Calibration;
using Thrum.Detector.Machines;
using Thrum.Detector.Measures;
using Thrum.Detector.Operating;
using Thrum.Detector.Quality;
using Thrum.Detector.Samples;
using Thrum.Detector.Trends;

namespace Thrum.Detector.Pipeline;

/// <summary>Settings of the detector; the section <c>Detector</c> of the configuration.</summary>
public sealed record DetectorOptions : ICrossChecked
{
    /// <summary>Section name in the configuration.</summary>
    public const string Section = "Detector";

    private const string RuleLists = "Alarms, Votes and Trends:Rules";

    /// <summary>Shards that machines are spread over, each one task; 0 for half the processors, at least one.</summary>
    [Range(0, 256)]
    public int Shards { get; init; }

    /// <summary>Most axes that are taken in; messages of further ones are dropped as <c>tooManyStreams</c>, so that invented topics cannot fill the memory.</summary>
    [Range(1, 1_000_000)]
    public int MaxStreams { get; init; } = StreamRegistry.DefaultMaxStreams;

    /// <summary>Batches that may wait before a shard; a full queue makes the reader stop reading the socket.</summary>
    [Range(1, 4096)]
    public int QueueBatches { get; init; } = 8;

    /// <summary>Most windows in one run of a model.</summary>
    [Range(1, 4096)]
    public int MaxBatch { get; init; } = 256;

    /// <summary>Longest time a window waits for others to fill a batch while more samples keep coming.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// By how much a time stamp may miss the end of the block before it and still continue it; half a sample is always allowed, half a
    /// block never exceeded.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan StampTolerance { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// By how much the sample grid may deviate from the time stamps of a sensor whose clock drifts, before the grid's times are moved
    /// to them. <see cref="StampTolerance"/> takes its place where that is longer.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan MaxClockDrift { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How far behind the newest sample of its stream a block with a time stamp may come and still be put in its place. Longer than the messages that may overtake each other;
    /// a hole, and the first message after one, wait so long in stream time. Zero: every message is taken as it comes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan Lateness { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Silence after which a stream without time stamps starts a new sample grid.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan StreamTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The measurement buffer of each axis.</summary>
    public MeasureOptions Measures { get; init; } = new();

    /// <summary>The models, asked in order: the first whose pattern matches an axis scores it.</summary>
    public IReadOnlyList<ModelOptions> Models { get; init; } = [];

    /// <summary>How often it is looked whether a model's file was replaced; zero for never. A new file is taken once it stayed the same from one look to the next.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan ModelWatch { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The alarm rules, applied to every axis; empty for one with the defaults of <see cref="AlarmRuleOptions"/>.</summary>
    public IReadOnlyList<AlarmRuleOptions> Alarms { get; init; } = [];

    /// <summary>Alarms of machines over their axes.</summary>
    public IReadOnlyList<VoteOptions> Votes { get; init; } = [];

    /// <summary>Alarms over days.</summary>
    public TrendOptions Trends { get; init; } = new();

    /// <summary>Scores without a model.</summary>
    public BaselineOptions Baseline { get; init; } = new();

    /// <summary>Scores that are kept for operators who calibrate an axis on them.</summary>
    public RecalibrationOptions Recalibration { get; init; } = new();

    /// <summary>When machines run; the first entry that matches an axis holds. Without one an axis always counts as running.</summary>
    public IReadOnlyList<OperatingOptions> Operating { get; init; } = [];

    /// <summary>When the data of a sensor is called into question.</summary>
    public QualityOptions Quality { get; init; } = new();

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        string[] rules = [.. Alarms.Select(rule => rule.Id), .. Votes.Select(vote => vote.Id), .. Trends.Rules.Select(rule => rule.Id)];
        return Twice(rules, RuleLists, "Id")
            .Concat(rules.Where(QualityNames.IsQuality).Select(rule => $"{RuleLists} holds the Id '{rule}', expected one that does not begin with '{QualityNames.Prefix}' as those of data quality do"))
            .Concat(Twice(Models.Select(model => model.Match), "Models", "Match"));
    }

    private static IEnumerable<string> Twice(IEnumerable<string> values, string list, string key) => values.GroupBy(value => value).Where(group => group.Count() > 1)
        .Select(group => $"{list} holds the {key} '{group.Key}' {group.Count()} times, expected it once");
}

/// <summary>One model and the axes it scores.</summary>
public sealed record ModelOptions
{
    /// <summary>Path of the ONNX file, relative to the configuration file.</summary>
    [Required]
    public string Path { get; init; } = "";

    /// <summary>Which axes: a pattern over <c>machine/sensor/axis</c> in which <c>*</c> stands for any text.</summary>
    [Required]
    public string Match { get; init; } = "*";

    /// <summary>Whether the file may be absent at the start. Until it appears its axes are scored as if this entry were not there.</summary>
    public bool Optional { get; init; }

    /// <summary>
    /// Path of a candidate's ONNX file, relative to the configuration file, with another name than <see cref="Path"/>; empty for none. While the file is there it scores the same windows beside the
    /// live model, and raises no alarms.
    /// </summary>
    public string Shadow { get; init; } = "";

    /// <summary>Metadata that wins over the model file's, such as <c>"hop": "128"</c>; the keys are those of the file without <c>thrum.</c></summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
