using Thrum.Detector.Alarms;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Measures;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Spectral.Measures;

namespace Thrum.Detector.Trends;

/// <summary>The trends of one axis and the alarms on them. It sees measures and scores of a running machine in event-time order. A shard owns it.</summary>
internal sealed class AxisTrends : ICheckpointed
{
    private static readonly TrendQuantity[] Quantities = Enum.GetValues<TrendQuantity>();

    private readonly TrendDesk _desk;
    private readonly TrendAlarm[] _alarms;
    private readonly TrendSeries?[] _series = new TrendSeries?[Quantities.Length];
    private string _scorer = "";

    public AxisTrends(AxisId axis, TrendDesk desk, IReadOnlyList<TrendRuleOptions> rules, Iso20816Part3 limits)
    {
        _desk = desk;
        _alarms = [.. rules.Select(rule => new TrendAlarm(axis, rule, limits))];
        foreach (TrendRuleOptions rule in rules)
        {
            _series[(int)rule.Quantity] ??= new TrendSeries(desk.Plan);
        }
    }

    /// <summary>The alarms.</summary>
    public IEnumerable<AlarmTracker> Alarms => _alarms.Select(alarm => alarm.Tracker);

    /// <summary>Takes measures of a buffer.</summary>
    /// <param name="measure">The measures.</param>
    /// <param name="buffer">The buffer, which gives evidence; null without one.</param>
    public void Take(in VibrationMeasure measure, AxisMeasures? buffer)
    {
        Take(TrendQuantity.VelocityRms, measure.TimeUnixNs, measure.VelocityRmsMmS, buffer);
        Take(TrendQuantity.Rms, measure.TimeUnixNs, measure.Rms, buffer);
        Take(TrendQuantity.Kurtosis, measure.TimeUnixNs, measure.Kurtosis, buffer);
        Take(TrendQuantity.Crest, measure.TimeUnixNs, measure.Crest, buffer);
    }

    /// <summary>Takes a scored window.</summary>
    public void Take(in WindowScore window, AxisMeasures? buffer)
    {
        if (_series[(int)TrendQuantity.Score] is { } scores && window.HasScore)
        {
            if (!ReferenceEquals(window.Model.Revision, _scorer) && window.Model.Revision != _scorer)
            {
                // Scores of two models cannot be compared.
                _scorer = window.Model.Revision;
                scores.Restart();
            }

            Take(TrendQuantity.Score, window.TimeUnixNs, window.Score, buffer);
        }
    }

    /// <summary>Begins anew, run-in and reference included.</summary>
    public void Restart()
    {
        foreach (TrendSeries? series in _series)
        {
            series?.Restart();
        }
    }

    public void Save(CheckpointWriter writer)
    {
        writer.Write(_scorer);
        foreach (TrendSeries? series in _series)
        {
            int start = writer.BeginSection();
            series?.Save(writer);
            writer.EndSection(start);
        }
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        _scorer = reader.ReadString();
        bool fits = true;
        foreach (TrendSeries? series in _series)
        {
            // What is newly asked for has no section, and what is no longer asked for has nobody to read it.
            CheckpointReader section = reader.ReadSection();
            fits &= series is null || section.IsAtEnd || series.TryLoad(ref section);
        }

        return fits && reader.IsValid;
    }

    private void Take(TrendQuantity quantity, long timeUnixNs, double value, AxisMeasures? buffer)
    {
        if (_series[(int)quantity] is not { } series || !series.Take(timeUnixNs, value))
        {
            return;
        }

        long ended = (series.LastBucket + 1) * _desk.Plan.BucketNs;
        foreach (TrendAlarm alarm in _alarms)
        {
            if (alarm.Quantity == quantity && alarm.Next(series, ended, _desk) is (var transition, var trend))
            {
                _desk.Receiver.OnTransition(buffer?.Explain(transition, trend, timeUnixNs) ?? transition);
            }
        }
    }
}
