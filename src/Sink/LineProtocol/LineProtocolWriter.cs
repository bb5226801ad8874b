using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Thrum.Sink.LineProtocol;

/// <summary>
/// Writes points of InfluxDB line protocol to a buffer that it does not own; allocates nothing. Field keys come encoded by
/// <see cref="LineProtocolText.FieldKey"/>. Numbers that are NaN or infinite are left out, as the protocol has none; a point
/// without fields is not written. Numbers are the shortest text that reads back as the same number.
/// </summary>
internal ref struct LineProtocolWriter
{
    /// <summary>More than the longest text of a float (14), a double (24) or an integer with its suffix (21).</summary>
    private const int NumberBytes = 32;

    private readonly ByteBuffer _buffer;
    private int _start;
    private bool _hasFields;

    public LineProtocolWriter(ByteBuffer buffer) => _buffer = buffer;

    /// <summary>Begins a point with its encoded measurement and tags.</summary>
    public void Begin(ReadOnlySpan<byte> series)
    {
        _start = _buffer.Length;
        _hasFields = false;
        Span<byte> room = _buffer.GetSpan(series.Length + 1);
        series.CopyTo(room);
        room[series.Length] = (byte)' ';
        _buffer.Advance(series.Length + 1);
    }

    /// <summary>A field of type float, left out when not finite.</summary>
    public void Field(ReadOnlySpan<byte> key, float value)
    {
        if (!float.IsFinite(value))
        {
            return;
        }

        Span<byte> room = Key(key, NumberBytes, out int at);
        _buffer.Advance(at + ShortestFloat.Format(value, room[at..]));
    }

    /// <inheritdoc cref="Field(ReadOnlySpan{byte}, float)"/>
    public void Field(ReadOnlySpan<byte> key, double value)
    {
        if (!double.IsFinite(value))
        {
            return;
        }

        Span<byte> room = Key(key, NumberBytes, out int at);
        bool written = value.TryFormat(room[at..], out int length, default, CultureInfo.InvariantCulture);
        Debug.Assert(written, "room was reserved for the longest number");
        _buffer.Advance(at + length);
    }

    /// <summary>A field of type integer.</summary>
    public void Field(ReadOnlySpan<byte> key, long value)
    {
        Span<byte> room = Key(key, NumberBytes, out int at);
        bool written = Utf8Formatter.TryFormat(value, room[at..], out int length);
        Debug.Assert(written, "room was reserved for the longest number");
        room[at + length] = (byte)'i';
        _buffer.Advance(at + length + 1);
    }

    /// <summary>A field of type boolean.</summary>
    public void Field(ReadOnlySpan<byte> key, bool value)
    {
        Span<byte> room = Key(key, 1, out int at);
        room[at] = value ? (byte)'t' : (byte)'f';
        _buffer.Advance(at + 1);
    }

    /// <summary>A field of type string; line breaks become spaces.</summary>
    public void Field(ReadOnlySpan<byte> key, string value)
    {
        string quoted = LineProtocolText.Quoted(value);
        Span<byte> room = Key(key, Encoding.UTF8.GetMaxByteCount(quoted.Length) + 2, out int at);
        room[at++] = (byte)'"';
        at += Encoding.UTF8.GetBytes(quoted, room[at..]);
        room[at++] = (byte)'"';
        _buffer.Advance(at);
    }

    /// <summary>Fields that were encoded before, keys and values, separated by commas.</summary>
    public void Encoded(ReadOnlySpan<byte> fields)
    {
        _ = Key(fields, 0, out int at);
        _buffer.Advance(at);
    }

    /// <summary>Ends the point; without fields it is taken back and the result is false.</summary>
    /// <param name="timeUnixNs">Time of the point, ns since 1970-01-01 UTC.</param>
    public bool End(long timeUnixNs)
    {
        if (!_hasFields)
        {
            _buffer.Truncate(_start);
            return false;
        }

        Span<byte> room = _buffer.GetSpan(NumberBytes);
        room[0] = (byte)' ';
        bool written = Utf8Formatter.TryFormat(timeUnixNs, room[1..], out int length);
        Debug.Assert(written, "room was reserved for the longest number");
        room[1 + length] = (byte)'\n';
        _buffer.Advance(length + 2);
        return true;
    }

    /// <summary>Writes the comma and the key where the next field goes, with room for its value behind them; the caller advances.</summary>
    private Span<byte> Key(ReadOnlySpan<byte> key, int valueBytes, out int at)
    {
        Span<byte> room = _buffer.GetSpan(key.Length + 1 + valueBytes);
        at = 0;
        if (_hasFields)
        {
            room[at++] = (byte)',';
        }

        key.CopyTo(room[at..]);
        at += key.Length;
        _hasFields = true;
        return room;
    }
}
