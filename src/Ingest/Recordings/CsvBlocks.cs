namespace Thrum.Ingest.Recordings;

/// <summary>Blocks of a text table; takes the table over. Samples that are missing in a gap of its times are NaN.</summary>
/// <param name="source">For messages.</param>
/// <param name="table">Its rows.</param>
/// <param name="head">Without samples, and without a rate where the table's clock tells it.</param>
/// <param name="columns">The table's column of each axis and then of each label.</param>
internal sealed class CsvBlocks(RecordingSource source, CsvTable table, Recording head, int[] columns) : IRecordingBlocks
{
    // Numbers in a block, all columns together.
    private const int BlockNumbers = 1 << 16;

    // Numbers that gaps may stand for, and how many more for each one that is there: a wrong date must not fill memory or disk with nothing.
    private const long MissingNumbers = 1 << 20;
    private const long MissingPerNumber = 16;

    private readonly int _blockRows = Math.Max(16, BlockNumbers / Math.Max(1, columns.Length));
    private float[][] _samples = [];
    private float[] _row = [];
    private long _rows, _missing, _toFill;
    private bool _isRowWaiting;

    public Recording Head
    {
        get
        {
            Recording counted = head with { Gaps = table.Clock.Gaps, MissingSamples = _missing };
            return head.SampleRateHz is null ? counted with { SampleRateHz = table.Clock.RateHz(), IsRateApproximate = !table.Clock.IsRegular, Start = table.Clock.Start } : counted;
        }
    }

    public IReadOnlyList<ReadOnlyMemory<float>>? Next()
    {
        if (_row.Length == 0)
        {
            _row = new float[table.Header.Names.Length];
            _samples = [.. columns.Select(_ => new float[_blockRows])];
        }

        int count = 0;
        while (count < _blockRows && (_isRowWaiting || ReadRow()))
        {
            count += _toFill > 0 ? Fill(count) : Take(count);
        }

        return count == 0 ? null : [.. _samples.Select(samples => samples.AsMemory(0, count))];
    }

    public void Dispose() => table.Dispose();

    private bool ReadRow()
    {
        if (!table.Read(_row))
        {
            return false;
        }

        _isRowWaiting = true;
        _toFill = table.Clock.Missing;
        _missing += _toFill;
        long most = (MissingNumbers / Math.Max(1, columns.Length)) + (MissingPerNumber * ++_rows);
        return _missing <= most ? true : throw source.Fault(
            FormattableString.Invariant($"times whose gaps, up to line {table.Line}, are no longer than {most} samples; what lies that far apart belongs in files of its own"),
            FormattableString.Invariant($"{table.Clock.Gaps} of {_missing} samples"));
    }

    private int Fill(int from)
    {
        int count = (int)Math.Min(_toFill, _blockRows - from);
        foreach (float[] samples in _samples)
        {
            samples.AsSpan(from, count).Fill(float.NaN);
        }

        _toFill -= count;
        return count;
    }

    private int Take(int at)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            _samples[i][at] = _row[columns[i]];
        }

        _isRowWaiting = false;
        return 1;
    }
}
