using System.Buffers.Text;
using System.Text.Unicode;

namespace Thrum.Ingest.Payloads;

/// <summary>
/// InfluxDB line protocol: a line is an instant, its numeric fields are axes (a single one called <c>value</c> is the topic's own),
/// its timestamp is in ns; the first line's stamps the block. What measurement and tags say is ignored, as are text and boolean fields; every line has
/// the first line's measurement, tags and numeric fields in their order, because another series is another sensor.
/// </summary>
internal ref struct InfluxPayload
{
    private readonly ReadOnlySpan<byte> _payload;
    private readonly PayloadScaling _scaling;
    private readonly Span<float> _samples;
    private readonly Span<AxisSlice> _axes;
    private Range _series;
    private int _axisCount;
    private long? _timeUnixNs;

    private InfluxPayload(ReadOnlySpan<byte> payload, PayloadScaling scaling, Span<float> samples, Span<AxisSlice> axes)
    {
        _payload = payload;
        _scaling = scaling;
        _samples = samples;
        _axes = axes;
    }

    public static DecodeFault Decode(
        ReadOnlySpan<byte> payload, PayloadScaling scaling, Span<float> samples, Span<AxisSlice> axes, out DecodedPayload decoded)
    {
        var influx = new InfluxPayload(payload, scaling, samples, axes);
        DecodeFault fault = influx.Read(out int count);
        decoded = new DecodedPayload(influx._timeUnixNs, null, influx._axisCount, count);
        return fault;
    }

    private DecodeFault Read(out int count)
    {
        count = 0;
        int rows = TextRows.CountLines(_payload);
        ReadOnlySpan<byte> rest = _payload;
        for (int row = 0; TextRows.TryTakeLine(ref rest, out ReadOnlySpan<byte> line); row++)
        {
            DecodeFault fault = ReadRow(line, row, rows);
            if (fault != DecodeFault.None)
            {
                return fault;
            }
        }

        if (_axisCount == 1 && _axes[0].Name(_payload).SequenceEqual("value"u8))
        {
            _axes[0] = _axes[0] with { NameLength = 0 };
        }

        count = rows * _axisCount;
        return count == 0 ? DecodeFault.Empty : DecodeFault.None;
    }

    private DecodeFault ReadRow(scoped ReadOnlySpan<byte> line, int row, int rows)
    {
        int space = EndOf(line, ' ');
        if (space <= 0 || space == line.Length)
        {
            return DecodeFault.BadPayload;
        }

        if (row == 0)
        {
            _payload.Overlaps(line, out int start);
            _series = start..(start + space);
        }
        else if (!line[..space].SequenceEqual(_payload[_series]))
        {
            return DecodeFault.BadAxis;
        }

        ReadOnlySpan<byte> rest = line[(space + 1)..];
        int end = EndOf(rest, ' ');
        ReadOnlySpan<byte> fields = rest[..end];
        ReadOnlySpan<byte> stamp = TextRows.Trim(rest[end..]);
        if (row == 0 && !stamp.IsEmpty)
        {
            if (!Utf8Parser.TryParse(stamp, out long time, out int used) || used != stamp.Length)
            {
                return DecodeFault.BadTime;
            }

            _timeUnixNs = time;
        }

        int axis = 0;
        while (!fields.IsEmpty)
        {
            int comma = EndOf(fields, ',');
            DecodeFault fault = ReadField(fields[..comma], row, rows, ref axis);
            if (fault != DecodeFault.None)
            {
                return fault;
            }

            fields = comma == fields.Length ? default : fields[(comma + 1)..];
        }

        return axis == _axisCount ? DecodeFault.None : DecodeFault.BadAxis;
    }

    private DecodeFault ReadField(scoped ReadOnlySpan<byte> field, int row, int rows, ref int axis)
    {
        int equals = EndOf(field, '=');
        if (equals <= 0 || equals >= field.Length - 1)
        {
            return DecodeFault.BadPayload;
        }

        ReadOnlySpan<byte> name = field[..equals];
        ReadOnlySpan<byte> value = field[(equals + 1)..];
        if (value[0] is (byte)'"' or (byte)'t' or (byte)'T' or (byte)'f' or (byte)'F')
        {
            return DecodeFault.None;
        }

        value = value[^1] is (byte)'i' or (byte)'u' ? value[..^1] : value;
        if (!TextRows.TryNumber(value, out double number))
        {
            return DecodeFault.BadNumber;
        }

        DecodeFault fault = row == 0 ? AddAxis(name, rows) : axis < _axisCount && _axes[axis].Name(_payload).SequenceEqual(name) ? DecodeFault.None : DecodeFault.BadAxis;
        if (fault == DecodeFault.None)
        {
            _samples[(axis++ * rows) + row] = (float)((number * _scaling.Scale) + _scaling.Offset);
        }

        return fault;
    }

    private DecodeFault AddAxis(scoped ReadOnlySpan<byte> name, int rows)
    {
        if (_axisCount == _axes.Length)
        {
            return DecodeFault.TooManyAxes;
        }

        if (name.Contains((byte)'\\') || !Utf8.IsValid(name) || AxisNames.Contains(_axes[.._axisCount], _payload, name))
        {
            return DecodeFault.BadAxis;
        }

        if ((_axisCount + 1L) * rows > _samples.Length)
        {
            return DecodeFault.TooManySamples;
        }

        _payload.Overlaps(name, out int place);
        _axes[_axisCount] = new AxisSlice(_axisCount * rows, rows, place, name.Length);
        _axisCount++;
        return DecodeFault.None;
    }

    /// <summary>Where a separator stands that is neither escaped nor in quotes; the length where there is none.</summary>
    private static int EndOf(ReadOnlySpan<byte> text, char separator)
    {
        bool isQuoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (text[i] == separator && !isQuoted)
            {
                return i;
            }
        }

        return text.Length;
    }
}
