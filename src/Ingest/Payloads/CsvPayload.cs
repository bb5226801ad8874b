using System.Text.Unicode;

namespace Thrum.Ingest.Payloads;

/// <summary>
/// CSV: one line of numbers, or one number a line, is the samples of the topic's axis; with a header line each column is an axis and
/// each row an instant, and a column <c>time</c>, <c>timestamp</c> or <c>t</c> stamps the first row. Separated by comma, semicolon or tab.
/// </summary>
internal ref struct CsvPayload
{
    private readonly ReadOnlySpan<byte> _payload;
    private readonly PayloadScaling _scaling;
    private readonly Span<float> _samples;
    private readonly Span<AxisSlice> _axes;
    private byte _separator;
    private int _axisCount;
    private int _timeColumn;
    private long? _timeUnixNs;

    private CsvPayload(ReadOnlySpan<byte> payload, PayloadScaling scaling, Span<float> samples, Span<AxisSlice> axes)
    {
        _payload = payload;
        _scaling = scaling;
        _samples = samples;
        _axes = axes;
        _timeColumn = -1;
    }

    public static DecodeFault Decode(
        ReadOnlySpan<byte> payload, PayloadScaling scaling, Span<float> samples, Span<AxisSlice> axes, out DecodedPayload decoded)
    {
        var csv = new CsvPayload(payload, scaling, samples, axes);
        DecodeFault fault = csv.Read(out int count);
        decoded = new DecodedPayload(csv._timeUnixNs, null, csv._axisCount, count);
        return fault;
    }

    private DecodeFault Read(out int count)
    {
        count = 0;
        ReadOnlySpan<byte> rest = _payload;
        if (!TextRows.TryTakeLine(ref rest, out ReadOnlySpan<byte> first))
        {
            return DecodeFault.Empty;
        }

        _separator = first.Contains((byte)';') ? (byte)';' : first.Contains((byte)'\t') ? (byte)'\t' : (byte)',';
        ReadOnlySpan<byte> head = first;
        if (_axes.IsEmpty)
        {
            return DecodeFault.TooManyAxes;
        }

        if (IsHeader(TakeField(ref head)))
        {
            return ReadTable(first, rest, out count);
        }

        // Several columns need names; several lines are then one column.
        rest = _payload;
        bool isColumn = TextRows.CountLines(_payload) > 1;
        DecodeFault fault = DecodeFault.None;
        while (fault == DecodeFault.None && TextRows.TryTakeLine(ref rest, out ReadOnlySpan<byte> line))
        {
            fault = isColumn && line.Contains(_separator) ? DecodeFault.BadAxis : ReadLine(line, ref count);
        }

        _axes[0] = new AxisSlice(0, count, 0, 0);
        _axisCount = 1;
        return fault;
    }

    private static bool IsHeader(ReadOnlySpan<byte> field) => !field.IsEmpty && !TextRows.TryNumber(field, out _);

    private readonly DecodeFault ReadLine(scoped ReadOnlySpan<byte> line, ref int count)
    {
        bool more = true;
        while (more)
        {
            more = line.Contains(_separator);
            ReadOnlySpan<byte> field = TakeField(ref line);
            if (!TryValue(field, out float value))
            {
                return DecodeFault.BadNumber;
            }

            if (count == _samples.Length)
            {
                return DecodeFault.TooManySamples;
            }

            _samples[count++] = value;
        }

        return DecodeFault.None;
    }

    private DecodeFault ReadTable(scoped ReadOnlySpan<byte> header, scoped ReadOnlySpan<byte> rest, out int count)
    {
        count = 0;
        DecodeFault fault = ReadNames(header, out int columns);
        int rows = TextRows.CountLines(rest);
        if (fault != DecodeFault.None || rows == 0)
        {
            return fault != DecodeFault.None ? fault : DecodeFault.Empty;
        }

        if ((long)rows * _axisCount > _samples.Length)
        {
            return DecodeFault.TooManySamples;
        }

        for (int axis = 0; axis < _axisCount; axis++)
        {
            _axes[axis] = _axes[axis] with { Start = axis * rows, Count = rows };
        }

        for (int row = 0; row < rows && fault == DecodeFault.None; row++)
        {
            TextRows.TryTakeLine(ref rest, out ReadOnlySpan<byte> line);
            fault = ReadRow(line, row, rows, columns);
        }

        count = rows * _axisCount;
        return fault;
    }

    private DecodeFault ReadNames(scoped ReadOnlySpan<byte> header, out int columns)
    {
        ReadOnlySpan<byte> line = header;
        bool more = true;
        for (columns = 0; more; columns++)
        {
            more = line.Contains(_separator);
            ReadOnlySpan<byte> name = TakeField(ref line).Trim((byte)'"');
            if (_timeColumn < 0 && (name.SequenceEqual("time"u8) || name.SequenceEqual("timestamp"u8) || name.SequenceEqual("t"u8)))
            {
                _timeColumn = columns;
                continue;
            }

            if (name.IsEmpty || !Utf8.IsValid(name) || AxisNames.Contains(_axes[.._axisCount], _payload, name))
            {
                return DecodeFault.BadAxis;
            }

            if (_axisCount == _axes.Length)
            {
                return DecodeFault.TooManyAxes;
            }

            _payload.Overlaps(name, out int place);
            _axes[_axisCount++] = new AxisSlice(0, 0, place, name.Length);
        }

        return _axisCount == 0 ? DecodeFault.BadAxis : DecodeFault.None;
    }

    private DecodeFault ReadRow(scoped ReadOnlySpan<byte> line, int row, int rows, int columns)
    {
        int axis = 0;
        for (int column = 0; column < columns; column++)
        {
            if ((column < columns - 1) != line.Contains(_separator))
            {
                return DecodeFault.BadLength;
            }

            ReadOnlySpan<byte> field = TakeField(ref line);
            if (column == _timeColumn)
            {
                if (row == 0 && !TryTime(field))
                {
                    return DecodeFault.BadTime;
                }

                continue;
            }

            if (!TryValue(field, out _samples[(axis++ * rows) + row]))
            {
                return DecodeFault.BadNumber;
            }
        }

        return DecodeFault.None;
    }

    private bool TryTime(scoped ReadOnlySpan<byte> field)
    {
        bool isTime = PayloadStamp.TryParseTime(field.Trim((byte)'"'), out long time);
        _timeUnixNs = isTime ? time : null;
        return isTime;
    }

    private readonly bool TryValue(ReadOnlySpan<byte> field, out float value)
    {
        // An empty field is a sample that was not taken.
        double number = double.NaN;
        bool isNumber = field.IsEmpty || TextRows.TryNumber(field, out number);
        value = (float)((number * _scaling.Scale) + _scaling.Offset);
        return isNumber;
    }

    private readonly ReadOnlySpan<byte> TakeField(ref ReadOnlySpan<byte> line)
    {
        int end = line.IndexOf(_separator);
        ReadOnlySpan<byte> field = TextRows.Trim(end < 0 ? line : line[..end]);
        line = end < 0 ? default : line[(end + 1)..];
        return field;
    }
}
