using CsvHelper;

namespace Thrum.Ingest.Recordings;

/// <summary>A text table read whole: columns of numbers, and the time column apart.</summary>
internal sealed class CsvTable
{
    private readonly RecordingSource _source;
    private readonly CsvDialect _dialect;
    private readonly List<float>?[] _columns;
    private readonly int _timeColumn;

    private CsvTable(RecordingSource source, CsvDialect dialect, CsvHeader header, string[] firstRow)
    {
        _source = source;
        _dialect = dialect;
        Header = header;
        _timeColumn = header.FindTime(source, dialect, firstRow);

        // What is text in the first row is not a measurement: a machine's name, a comment.
        _columns = [.. firstRow.Select((cell, i) => i != _timeColumn && dialect.TryNumber(cell, out _) ? new List<float>() : null)];
    }

    public CsvHeader Header { get; }

    public CsvClock Clock { get; } = new();

    /// <summary>The numbers of a column, or null where it holds time or text.</summary>
    public float[]? Column(int index) => _columns[index]?.ToArray();

    public static CsvTable Read(RecordingSource source)
    {
        byte[] file = source.ReadAll();
        CsvDialect dialect = CsvDialect.Guess(file);
        try
        {
            using CsvReader reader = CsvReader.Create(file, new CsvReaderOptions
            {
                Separator = dialect.Delimiter,
                HasHeader = false,
                TrimWhitespace = true,
                TrimInsideQuotes = true,
                TrackLineNumbers = true,
                MalformedData = CsvMalformedDataHandling.Throw,
            });
            return Read(source, dialect, reader);
        }
        catch (CsvFormatException e)
        {
            throw source.Fault("a text table with its quotes closed", e.Message, e);
        }
    }

    private static CsvTable Read(RecordingSource source, CsvDialect dialect, CsvReader reader)
    {
        CsvHeader? header = null;
        CsvTable? table = null;
        while (reader.Read())
        {
            if (table is null)
            {
                string[] row = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)];
                if (header is null && CsvHeader.IsHeader(dialect, row))
                {
                    header = CsvHeader.Named(row);
                    continue;
                }

                header ??= CsvHeader.Numbered(row.Length);
                header.CheckWidth(source, row.Length, row[^1].Length == 0, reader.LineNumber);
                table = new CsvTable(source, dialect, header, row[..header.Names.Length]);
            }

            table.Add(reader);
        }

        return table ?? throw source.Fault("at least one row of numbers", header is null ? "an empty file" : "a header alone");
    }

    private void Add(CsvReader reader)
    {
        Header.CheckWidth(_source, reader.FieldCount, reader.IsEmpty(reader.FieldCount - 1), reader.LineNumber);
        for (int i = 0; i < _columns.Length; i++)
        {
            if (i == _timeColumn)
            {
                if (!Clock.TryAdd(reader.GetString(i), _dialect))
                {
                    throw Fault("a time", reader, i);
                }
            }
            else if (_columns[i] is { } column)
            {
                column.Add(_dialect.TryNumber(reader.GetSpan(i), out double number) ? (float)number : throw Fault("a number", reader, i));
            }
        }
    }

    private RecordingException Fault(string what, CsvReader reader, int column)
    {
        string cell = reader.GetString(column);
        return _source.Fault(
            FormattableString.Invariant($"{what} in column {Header.Names[column]}, line {reader.LineNumber}"),
            "'" + (cell.Length > 40 ? cell[..40] + "…" : cell) + "'");
    }
}
