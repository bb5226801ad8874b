using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Windows;

namespace Thrum.Gateway.Tests.Support;

/// <summary>Batches of scores for tests, with one registry of axes.</summary>
internal sealed class Scores
{
    private static readonly ScoredModel Model = new("m", "0123456789ab", ["mse"], ["mse"]);

    private readonly ScoreBatchPool _pool = new();
    private readonly StreamRegistry _streams = new(1);

    /// <summary>A batch with one window per axis name.</summary>
    public ScoreBatch Of(float score, long timeUnixNs, params string[] machines)
    {
        ScoreBatch batch = _pool.Rent();
        foreach (string machine in machines)
        {
            batch.Append(Window(machine, score, timeUnixNs, AlarmState.Normal), [score]);
        }

        return batch;
    }

    /// <summary>A batch with one window of an axis.</summary>
    public ScoreBatch OfAxis(AxisId axis, float score, long timeUnixNs)
    {
        ScoreBatch batch = _pool.Rent();
        batch.Append(Window(axis.Machine, score, timeUnixNs, AlarmState.Normal) with { Stream = _streams.Resolve(axis) }, [score]);
        return batch;
    }

    /// <summary>A batch with one window without a score per machine name.</summary>
    public ScoreBatch Unscored(WindowStatus status, params string[] machines)
    {
        ScoreBatch batch = _pool.Rent();
        foreach (string machine in machines)
        {
            batch.Append(Window(machine, float.NaN, 0, AlarmState.Normal) with { Status = status }, []);
        }

        return batch;
    }

    /// <summary>A batch with a window and the transition it caused, with an id of its own where none is given.</summary>
    public ScoreBatch Transition(string machine, AlarmState from, AlarmState to, long timeUnixNs, Guid? id = null)
    {
        ScoreBatch batch = _pool.Rent();
        batch.Append(Window(machine, 9, timeUnixNs, to), [9]);
        AlarmTransition transition = Change(new AxisId(machine, "s", "x"), "score", AlarmSeverity.Alarm, from, to, timeUnixNs);
        batch.Append(transition with { Id = id ?? transition.Id });
        return batch;
    }

    /// <summary>A batch with a transition without a window, as those of data quality and of machines come.</summary>
    public ScoreBatch Only(AlarmTransition transition)
    {
        ScoreBatch batch = _pool.Rent();
        batch.Append(transition);
        return batch;
    }

    public static AlarmTransition Change(AxisId axis, string rule, AlarmSeverity severity, AlarmState from, AlarmState to, long timeUnixNs = 5) => new()
    {
        Id = AlarmTransition.ComputeId(axis, rule, timeUnixNs, from, to),
        Axis = axis,
        RuleId = rule,
        Severity = severity,
        EventTimeUnixNs = timeUnixNs,
        From = from,
        To = to,
        Metric = "mse",
        Value = 9,
        Threshold = 1,
        Diagnosis = "undetermined",
        Message = $"{axis}: a transition",
    };

    private WindowScore Window(string machine, float score, long timeUnixNs, AlarmState state) => new()
    {
        Stream = _streams.Resolve(new AxisId(machine, "s", "x")),
        Model = Model,
        TimeUnixNs = timeUnixNs,
        Status = WindowStatus.Valid,
        State = state,
        Score = score,
        PValue = 0.5f,
        Threshold = 1,
    };
}
