using Thrum.Detector.Alarms;
using Thrum.Detector.Evidence;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Windows;

namespace Thrum.Sink.Tests.Support;

/// <summary>Batches, windows and transitions to test with.</summary>
internal sealed class Given
{
    /// <summary>2026-01-02T03:04:05Z.</summary>
    public const long StartUnixNs = 1_767_323_045_000_000_000;

    public static readonly ScoredModel Model = new("dense", "0123456789ab", ["mse", "fft(120Hz..180Hz)"], ["mse", "fft_120_180hz"]);

    public ScoreBatchPool Pool { get; } = new();

    public StreamRegistry Streams { get; } = new(1);

    public AxisStream Axis(string machine = "pump", string sensor = "bearing", string axis = "x") =>
        Streams.Resolve(new AxisId(machine, sensor, axis));

    /// <summary>Scored windows of one axis, 1 s apart; window i has score, and both metrics, i.</summary>
    public ScoreBatch Batch(int windows, int from = 0, AxisStream? stream = null, long stepNs = 1_000_000_000)
    {
        ScoreBatch batch = Pool.Rent();
        for (int i = from; i < from + windows; i++)
        {
            batch.Append(Window(stream ?? Axis(), StartUnixNs + (i * stepNs), i), [i, i]);
        }

        return batch;
    }

    public static WindowScore Window(AxisStream stream, long timeUnixNs, float score, WindowStatus status = WindowStatus.Valid) => new()
    {
        Stream = stream,
        Model = Model,
        TimeUnixNs = timeUnixNs,
        Status = status,
        State = AlarmState.Normal,
        Score = score,
        PValue = 0.25f,
        Threshold = 12.5f,
    };

    public static AlarmTransition Transition(int second = 0, string machine = "pump", string message = "mse rose", string rule = "mse-high")
    {
        AxisId axis = new(machine, "bearing", "x");
        long time = StartUnixNs + (second * 1_000_000_000L);
        return new AlarmTransition
        {
            Id = AlarmTransition.ComputeId(axis, rule, time, AlarmState.Normal, AlarmState.ActiveUnacknowledged),
            Axis = axis,
            RuleId = rule,
            Severity = AlarmSeverity.Alarm,
            EventTimeUnixNs = time,
            From = AlarmState.Normal,
            To = AlarmState.ActiveUnacknowledged,
            Metric = "mse",
            Value = 13.5,
            Threshold = 12.5,
            Diagnosis = "undetermined",
            Message = message,
        };
    }

    /// <summary>The transition that ends an alarm.</summary>
    public static AlarmTransition Cleared(AlarmTransition raised, int second)
    {
        long time = StartUnixNs + (second * 1_000_000_000L);
        return raised with
        {
            Id = AlarmTransition.ComputeId(raised.Axis, raised.RuleId, time, raised.To, AlarmState.Normal),
            EventTimeUnixNs = time,
            From = raised.To,
            To = AlarmState.Normal,
            Message = "mse fell",
        };
    }

    /// <summary>Evidence that names the outer race.</summary>
    public static AlarmEvidence Evidence(AlarmTransition transition) => new()
    {
        TransitionId = transition.Id,
        Machine = transition.Axis.Machine,
        Sensor = transition.Axis.Sensor,
        Axis = transition.Axis.Axis,
        RuleId = transition.RuleId,
        Severity = transition.Severity,
        EventTimeUnixNs = transition.EventTimeUnixNs,
        TakenAtUnixNs = transition.EventTimeUnixNs + 1_000_000_000,
        Diagnosis = "outer-race",
        Findings = [new("outer-race", 0.75, 3, [new("BPFO", 3.58, 107.4, 0.25, 12.5), new("2×BPFO", null, 214.8, 0.125, null)])],
        Measure = new(0.5, 2, 4, 3.5, null, null, 29.95, "g"),
        TopBins = [new(3000, 0.5, 0.25)],
        Window = new(0, 0.001, [1, 2, 3]),
        Reconstruction = new(0, 0.001, [1, 2, 2.5f]),
        Waveform = new(0, 0.001, [0.1f, 0.2f]),
        Spectrum = new(0, 1, [0, 0.5f]),
        Envelope = new(0, 1, [0, 0.25f]),
    };
}
