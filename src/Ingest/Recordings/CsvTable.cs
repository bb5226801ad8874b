using CsvHelper;

namespace Thrum.Ingest.Recordings;

/// <summary>A text table that is read row by row: columns of numbers, and the time column apart.</summary>
internal sealed class CsvTable : IDisposable
{
    private readonly RecordingSource _source;
    private readonly CsvDialect _dialect;
    private readonly CsvReader _reader;
    private readonly int _timeColumn;
    private readonly bool[] _isNumeric;
    private bool _isAtFirstRow = true;

    /// <summary>Reads up to the first row of numbers; takes the file over.</summary>
    /// <exception cref="RecordingException">There is none.</exception>
    public CsvTable(RecordingSource source, Stream file)
    {
        _source = source;
        _dialect = CsvDialect.Guess(file);
        file.Position = 0;
        _reader = CsvReader.Create(file, new CsvReaderOptions
        {
            Separator = _dialect.Delimiter,
            HasHeader = false,
            TrimWhitespace = true,
            TrimInsideQuotes = true,
            TrackLineNumbers = true,
            MalformedData = CsvMalformedDataHandling.Throw,
        });
        (Header, string[] first) = ReadHead();
        _timeColumn = Header.FindTime(source, _dialect, first);

        // What is text in the first row is not a measurement: a machine's name, a comment.
        FirstRow = [.. first.Select((cell, i) => i != _timeColumn && _dialect.TryNumber(cell, out double number) ? number : (double?)null)];
        _isNumeric = [.. FirstRow.Select(number => number.HasValue)];
    }

    /// <summary>As the constructor, after a look at the first times: only what is usual tells what a gap is.</summary>
    /// <inheritdoc cref="CsvTable(RecordingSource, Stream)"/>
    public static CsvTable Open(RecordingSource source, Stream file)
    {
        CsvTable table = new(source, file);
        if (table._timeColumn >= 0)
        {
            using CsvTable survey = new(source, source.Open());
            table.Clock.Usual = UsualStep.Of(survey.Steps());
        }

        return table;
    }

    public CsvHeader Header { get; }

    /// <summary>Line of the newest row.</summary>
    public long Line => _reader.LineNumber;

    public CsvClock Clock { get; } = new();

    /// <summary>The first row's numbers, null where a column holds time or text.</summary>
    public IReadOnlyList<double?> FirstRow { get; }

    /// <summary>The next row's numbers; NaN where a cell is empty or a column holds none. False at the end.</summary>
    /// <param name="numbers">One for each column.</param>
    public bool Read(Span<float> numbers)
    {
        if (!_isAtFirstRow && !ReadRow())
        {
            return false;
        }

        _isAtFirstRow = false;
        Header.CheckWidth(_source, _reader.FieldCount, _reader.IsEmpty(_reader.FieldCount - 1), _reader.LineNumber);
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = float.NaN;
            if (i == _timeColumn)
            {
                if (!Clock.TryAdd(_reader.GetString(i), _dialect))
                {
                    throw Fault("a time", i);
                }
            }
            else if (_isNumeric[i])
            {
                numbers[i] = _dialect.TryNumber(_reader.GetSpan(i), out double number) ? (float)number : throw Fault("a number", i);
            }
        }

        return true;
    }

    public void Dispose() => _reader.Dispose();

    /// <summary>The first steps of the clock, up to a row that cannot be read: to say what is wrong with that is left to who reads it.</summary>
    private IReadOnlyList<double> Steps()
    {
        try
        {
            while (Clock.Steps.Count < CsvClock.MostSteps && (_isAtFirstRow || ReadRow()) && _timeColumn < _reader.FieldCount && Clock.TryAdd(_reader.GetString(_timeColumn), _dialect))
            {
                _isAtFirstRow = false;
            }
        }
        catch (RecordingException)
        {
            // What came before it counts.
        }

        return Clock.Steps;
    }

    private (CsvHeader Header, string[] FirstRow) ReadHead()
    {
        CsvHeader? header = null;
        while (ReadRow())
        {
            string[] row = [.. Enumerable.Range(0, _reader.FieldCount).Select(_reader.GetString)];
            if (header is null && CsvHeader.IsHeader(_dialect, row))
            {
                header = CsvHeader.Named(row);
                continue;
            }

            header ??= CsvHeader.Numbered(row.Length);
            header.CheckWidth(_source, row.Length, row[^1].Length == 0, _reader.LineNumber);
            return (header, row[..header.Names.Length]);
        }

        throw _source.Fault("at least one row of numbers", header is null ? "an empty file" : "a header alone");
    }

    private bool ReadRow()
    {
        try
        {
            return _reader.Read();
        }
        catch (CsvFormatException e)
        {
            throw _source.Fault("a text table with its quotes closed", e.Message, e);
        }
    }

    private RecordingException Fault(string what, int column)
    {
        string cell = _reader.GetString(column);
        return _source.Fault(
            FormattableString.Invariant($"{what} in column {Header.Names[column]}, line {_reader.LineNumber}"),
            "'" + (cell.Length > 40 ? cell[..40] + "…" : cell) + "'");
    }
}
