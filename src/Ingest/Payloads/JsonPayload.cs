using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Thrum.Detector.Windows;

namespace Thrum.Ingest.Payloads;

/// <summary>
/// JSON payloads: <c>1.25</c>, <c>[1.0, 2.0]</c>, <c>{"time", "rate", "samples"}</c> (also <c>values</c>, <c>data</c>, <c>value</c>) and
/// <c>{"time", "rate", "axes": {"x": […], "y": […]}}</c>, keys in any order, unknown keys ignored. An object with none of these keys for samples is flat:
/// <c>{"time", "temperature": 21.5, "pressure": 3.2}</c>, each number a sample of an axis of its name. In place of an array there may be
/// base64 text of raw numbers, whose format <c>encoding</c> says (<c>f32le</c> unless told).
/// </summary>
internal ref struct JsonPayload
{
    private static readonly PayloadFormat[] Formats = [.. Enum.GetValues<PayloadFormat>().Where(format => SampleElement.Of(format) is not null)];

    private readonly ReadOnlySpan<byte> _payload;
    private readonly PayloadScaling _scaling;
    private readonly Span<float> _samples;
    private readonly Span<AxisSlice> _axes;
    private Utf8JsonReader _reader;
    private int _sampleCount;
    private int _axisCount;
    private long? _timeUnixNs;
    private double? _rateHz;
    private uint? _sequence;
    private bool _hasBase64;
    private bool _hasSamples;
    private DecodeFault _flatFault;
    private PayloadFormat _encoding = PayloadFormat.F32Le;

    private JsonPayload(ReadOnlySpan<byte> payload, PayloadScaling scaling, Span<float> samples, Span<AxisSlice> axes)
    {
        _payload = payload;
        _scaling = scaling;
        _samples = samples;
        _axes = axes;
        _reader = new Utf8JsonReader(payload);
    }

    public static DecodeFault Decode(
        ReadOnlySpan<byte> payload, PayloadScaling scaling, Span<float> samples, Span<AxisSlice> axes, out DecodedPayload decoded)
    {
        var json = new JsonPayload(payload, scaling, samples, axes);
        DecodeFault fault;
        try
        {
            fault = json.ReadRoot();
        }
        catch (JsonException)
        {
            // The reader has no way to refuse but this one.
            fault = DecodeFault.BadJson;
        }

        decoded = new DecodedPayload(json._timeUnixNs, json._rateHz, json._axisCount, json._sampleCount) { Sequence = json._sequence };
        return fault;
    }

    private DecodeFault ReadRoot()
    {
        _reader.Read();
        DecodeFault fault = _reader.TokenType switch
        {
            JsonTokenType.Number or JsonTokenType.StartArray => ReadAxis(0, 0),
            JsonTokenType.StartObject => ReadObject(),
            _ => DecodeFault.BadJson,
        };
        if (fault != DecodeFault.None)
        {
            return fault;
        }

        // A second value after the first makes the reader throw.
        if (_reader.Read())
        {
            return DecodeFault.BadJson;
        }

        fault = _hasBase64 ? Base64Samples.Unpack(_payload, SampleElement.Of(_encoding)!.Value, _scaling, _samples, ref _sampleCount, _axes[.._axisCount]) : DecodeFault.None;
        return fault == DecodeFault.None && _sampleCount == 0 ? DecodeFault.Empty : fault;
    }

    private DecodeFault ReadObject()
    {
        DecodeFault fault = DecodeFault.None;
        while (fault == DecodeFault.None && _reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            fault = ReadMember();
        }

        return fault == DecodeFault.None && !_hasSamples ? _flatFault : fault;
    }

    private DecodeFault ReadMember()
    {
        if (_reader.ValueTextEquals("samples"u8) || _reader.ValueTextEquals("values"u8) || _reader.ValueTextEquals("data"u8)
            || _reader.ValueTextEquals("value"u8))
        {
            _reader.Read();
            return BeginSamples() ? ReadAxis(0, 0) : DecodeFault.BadJson;
        }

        if (_reader.ValueTextEquals("axes"u8))
        {
            _reader.Read();
            return _reader.TokenType == JsonTokenType.StartObject && BeginSamples() ? ReadAxes() : DecodeFault.BadJson;
        }

        return ReadField();
    }

    private DecodeFault ReadField()
    {
        if (_reader.ValueTextEquals("time"u8))
        {
            _reader.Read();
            return ReadTime();
        }

        if (_reader.ValueTextEquals("time_ms"u8))
        {
            _reader.Read();
            return ReadMilliseconds();
        }

        if (_reader.ValueTextEquals("rate"u8))
        {
            _reader.Read();
            return ReadRate();
        }

        if (_reader.ValueTextEquals("encoding"u8))
        {
            _reader.Read();
            return ReadEncoding();
        }

        if (_reader.ValueTextEquals("seq"u8) || _reader.ValueTextEquals("sequence"u8))
        {
            _reader.Read();
            _sequence = _reader.TokenType == JsonTokenType.Number && _reader.TryGetUInt32(out uint number) ? number : _sequence;
            _reader.Skip();
            return DecodeFault.None;
        }

        ReadQuantity();
        return DecodeFault.None;
    }

    /// <summary>Samples of one of the other shapes begin: what was read as a flat object were unknown keys. False when there were samples already.</summary>
    private bool BeginSamples()
    {
        if (_hasSamples)
        {
            return false;
        }

        (_hasSamples, _axisCount, _sampleCount) = (true, 0, 0);
        return true;
    }

    /// <summary>Reads a member of what may be a flat object: a fault counts only if it turns out to be one.</summary>
    private void ReadQuantity()
    {
        int start = (int)_reader.TokenStartIndex + 1;
        ReadOnlySpan<byte> name = _reader.ValueSpan;
        bool isGoodName = !name.IsEmpty && !_reader.ValueIsEscaped && Utf8.IsValid(name);
        _reader.Read();
        bool isNumber = _reader.TokenType is JsonTokenType.Number or JsonTokenType.Null || (_reader.TokenType == JsonTokenType.String && IsNumberWord());
        DecodeFault fault = DecodeFault.None;
        if (!_hasSamples && _flatFault == DecodeFault.None)
        {
            fault = isGoodName && MayBeTime(name) ? DecodeFault.AmbiguousTime
                : _reader.TokenType == JsonTokenType.StartArray ? DecodeFault.AmbiguousArray
                : !isNumber ? DecodeFault.None
                : isGoodName && !HasAxis(name) ? ReadAxis(start, name.Length)
                : DecodeFault.BadAxis;
        }

        _flatFault = fault == DecodeFault.None ? _flatFault : fault;
        _reader.Skip();
    }

    // What senders call a time: in seconds, milliseconds or text, which only time and time_ms tell.
    private static bool MayBeTime(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "timestamp"u8) || Ascii.EqualsIgnoreCase(name, "ts"u8) || Ascii.EqualsIgnoreCase(name, "t"u8)
        || Ascii.EqualsIgnoreCase(name, "time"u8) || Ascii.EqualsIgnoreCase(name, "datetime"u8) || Ascii.EqualsIgnoreCase(name, "epoch"u8);

    private DecodeFault ReadAxes()
    {
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            int start = (int)_reader.TokenStartIndex + 1;
            ReadOnlySpan<byte> name = _reader.ValueSpan;
            if (name.IsEmpty || _reader.ValueIsEscaped || !Utf8.IsValid(name) || HasAxis(name))
            {
                return DecodeFault.BadAxis;
            }

            _reader.Read();
            DecodeFault fault = ReadAxis(start, name.Length);
            if (fault != DecodeFault.None)
            {
                return fault;
            }
        }

        return DecodeFault.None;
    }

    private readonly bool HasAxis(ReadOnlySpan<byte> name) => AxisNames.Contains(_axes[.._axisCount], _payload, name);

    private DecodeFault ReadAxis(int nameStart, int nameLength)
    {
        if (_axisCount == _axes.Length)
        {
            return DecodeFault.TooManyAxes;
        }

        if (_reader.TokenType == JsonTokenType.String && !IsNumberWord())
        {
            // Base64, whose number format may be said later: noted by place and length.
            _axes[_axisCount++] = new AxisSlice((int)_reader.TokenStartIndex + 1, -_reader.ValueSpan.Length, nameStart, nameLength);
            _hasBase64 = true;
            return _reader.ValueIsEscaped ? DecodeFault.BadNumber : DecodeFault.None;
        }

        int first = _sampleCount;
        DecodeFault fault = DecodeFault.None;
        if (_reader.TokenType == JsonTokenType.StartArray)
        {
            while (fault == DecodeFault.None && _reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
            {
                fault = ReadSample();
            }
        }
        else
        {
            fault = ReadSample();
        }

        _axes[_axisCount++] = new AxisSlice(first, _sampleCount - first, nameStart, nameLength);
        return fault;
    }

    private readonly bool IsNumberWord() =>
        _reader.ValueTextEquals("NaN"u8) || _reader.ValueTextEquals("nan"u8) || _reader.ValueTextEquals("Infinity"u8) || _reader.ValueTextEquals("-Infinity"u8);

    private DecodeFault ReadSample()
    {
        double value;
        switch (_reader.TokenType)
        {
            case JsonTokenType.Number when _reader.TryGetDouble(out value):
                break;
            case JsonTokenType.Null:
            case JsonTokenType.String when _reader.ValueTextEquals("NaN"u8) || _reader.ValueTextEquals("nan"u8):
                value = double.NaN;
                break;
            case JsonTokenType.String when _reader.ValueTextEquals("Infinity"u8):
                value = double.PositiveInfinity;
                break;
            case JsonTokenType.String when _reader.ValueTextEquals("-Infinity"u8):
                value = double.NegativeInfinity;
                break;
            default:
                return DecodeFault.BadNumber;
        }

        if (_sampleCount == _samples.Length)
        {
            return DecodeFault.TooManySamples;
        }

        _samples[_sampleCount++] = (float)((value * _scaling.Scale) + _scaling.Offset);
        return DecodeFault.None;
    }

    private DecodeFault ReadEncoding()
    {
        foreach (PayloadFormat format in Formats)
        {
            if (_reader.TokenType == JsonTokenType.String && _reader.ValueTextEquals(PayloadFormats.Names[(int)format]))
            {
                _encoding = format;
                return DecodeFault.None;
            }
        }

        return DecodeFault.BadNumber;
    }

    private DecodeFault ReadTime()
    {
        long time;
        switch (_reader.TokenType)
        {
            case JsonTokenType.Null:
                return DecodeFault.None;
            case JsonTokenType.Number when _reader.TryGetInt64(out time):
            case JsonTokenType.String when !_reader.ValueIsEscaped && PayloadStamp.TryParseTime(_reader.ValueSpan, out time):
                _timeUnixNs = time;
                return DecodeFault.None;
            case JsonTokenType.StartObject:
                return ReadTimeObject();
            default:
                return DecodeFault.BadTime;
        }
    }

    private DecodeFault ReadTimeObject()
    {
        DecodeFault fault = DecodeFault.BadTime;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isMilliseconds = _reader.ValueTextEquals("time_ms"u8);
            _reader.Read();
            if (!isMilliseconds)
            {
                _reader.Skip();
                continue;
            }

            fault = ReadMilliseconds();
            if (fault != DecodeFault.None)
            {
                return fault;
            }
        }

        return fault;
    }

    private DecodeFault ReadMilliseconds()
    {
        // Decimal keeps the fraction exact, and the bound keeps the product inside 64 bits.
        if (_reader.TokenType != JsonTokenType.Number || !_reader.TryGetDecimal(out decimal ms)
            || decimal.Abs(ms) > long.MaxValue / 1_000_000)
        {
            return DecodeFault.BadTime;
        }

        _timeUnixNs = (long)decimal.Round(ms * 1_000_000m);
        return DecodeFault.None;
    }

    private DecodeFault ReadRate()
    {
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return DecodeFault.None;
        }

        if (_reader.TokenType != JsonTokenType.Number || !_reader.TryGetDouble(out double rate) || !SampleGrid.IsRate(rate))
        {
            return DecodeFault.BadRate;
        }

        _rateHz = rate;
        return DecodeFault.None;
    }
}
