using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Sink.Store;

/// <summary>One bucket of an axis and scorer, to be merged with what the store has of it. Sums start at zero, extremes at NaN.</summary>
internal record struct HistoryRow
{
    public required AxisId Axis { get; init; }

    public required string Scorer { get; init; }

    public required long BucketUnixNs { get; init; }

    public long Windows { get; set; }

    public long Scored { get; set; }

    public double MaxScore { get; set; }

    public double ScoreSum { get; set; }

    public double MinPValue { get; set; }

    public double Threshold { get; set; }

    public AlarmState State { get; set; }

    public WindowStatus Status { get; set; }

    /// <summary>Earliest time of a window in this row, ns since 1970-01-01 UTC; the greatest number while there is none.</summary>
    public long FirstUnixNs { get; set; }

    /// <summary>Latest time of a window in this row.</summary>
    public long LastUnixNs { get; set; }
}
