using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Sink.LineProtocol;

namespace Thrum.Sink.Store;

/// <summary>Sums windows into buckets of event time, one per axis and scorer, until they are taken for a commit. Not thread-safe.</summary>
internal sealed class HistoryAccumulator
{
    private readonly long _bucketNs;
    private readonly SeriesTable<Bucket> _buckets;
    private readonly List<Bucket> _open = [];
    private readonly List<HistoryRow> _closed = [];

    public HistoryAccumulator(TimeSpan bucket)
    {
        _bucketNs = UnixTime.ToNs(bucket);
        _buckets = new SeriesTable<Bucket>((stream, model) => new Bucket(stream.Id, model.Name));
    }

    /// <summary>Windows since the last <see cref="Take"/>.</summary>
    public long Windows { get; private set; }

    public void Add(in WindowScore window)
    {
        Bucket bucket = _buckets.Get(window.Stream, window.Model);
        long remainder = window.TimeUnixNs % _bucketNs;
        long start = window.TimeUnixNs - (remainder < 0 ? remainder + _bucketNs : remainder);
        if (bucket.Row.Windows == 0)
        {
            bucket.Begin(start);
            _open.Add(bucket);
        }
        else if (bucket.Row.BucketUnixNs != start)
        {
            _closed.Add(bucket.Row);
            bucket.Begin(start);
        }

        bucket.Add(in window);
        Windows++;
    }

    /// <summary>Moves all rows so far to a list; windows that follow in the same bucket make another row, merged by the store.</summary>
    public List<HistoryRow> Take()
    {
        List<HistoryRow> rows = [.. _closed];
        foreach (Bucket bucket in _open)
        {
            rows.Add(bucket.Row);
            bucket.Begin(0);
        }

        _open.Clear();
        _closed.Clear();
        Windows = 0;
        return rows;
    }

    private sealed class Bucket(AxisId axis, string scorer)
    {
        private HistoryRow _row = Empty(axis, scorer, 0);

        public ref readonly HistoryRow Row => ref _row;

        public void Begin(long start) => _row = Empty(_row.Axis, _row.Scorer, start);

        public void Add(in WindowScore window)
        {
            _row.Windows++;
            if (window.HasScore && !float.IsNaN(window.Score))
            {
                _row.Scored++;
                _row.ScoreSum += window.Score;
                _row.MaxScore = double.MaxNumber(_row.MaxScore, window.Score);
                _row.MinPValue = double.MinNumber(_row.MinPValue, window.PValue);
            }

            _row.FirstUnixNs = Math.Min(_row.FirstUnixNs, window.TimeUnixNs);
            if (window.TimeUnixNs >= _row.LastUnixNs)
            {
                _row.LastUnixNs = window.TimeUnixNs;
                _row.Threshold = window.Threshold;
                _row.State = window.State;
                _row.Status = window.Status;
            }
        }

        private static HistoryRow Empty(AxisId axis, string scorer, long start) => new()
        {
            Axis = axis,
            Scorer = scorer,
            BucketUnixNs = start,
            MaxScore = double.NaN,
            MinPValue = double.NaN,
            Threshold = double.NaN,
            FirstUnixNs = long.MaxValue,
            LastUnixNs = long.MinValue,
        };
    }
}
