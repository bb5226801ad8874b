namespace Thrum.Ingest.Recordings;

/// <summary>Blocks of a text table; takes the table over.</summary>
/// <param name="table">Its rows.</param>
/// <param name="head">Without samples, and without a rate where the table's clock tells it.</param>
/// <param name="columns">The table's column of each axis and then of each label.</param>
internal sealed class CsvBlocks(CsvTable table, Recording head, int[] columns) : IRecordingBlocks
{
    // Numbers in a block, all columns together.
    private const int BlockNumbers = 1 << 16;

    private readonly int _blockRows = Math.Max(16, BlockNumbers / Math.Max(1, columns.Length));
    private float[][] _samples = [];
    private float[] _row = [];

    public Recording Head => head.SampleRateHz is null ? head with { SampleRateHz = table.Clock.RateHz(), Start = table.Clock.Start } : head;

    public IReadOnlyList<ReadOnlyMemory<float>>? Next()
    {
        if (_row.Length == 0)
        {
            _row = new float[table.Header.Names.Length];
            _samples = [.. columns.Select(_ => new float[_blockRows])];
        }

        int count = 0;
        for (; count < _blockRows && table.Read(_row); count++)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                _samples[i][count] = _row[columns[i]];
            }
        }

        return count == 0 ? null : [.. _samples.Select(samples => samples.AsMemory(0, count))];
    }

    public void Dispose() => table.Dispose();
}
