using System.Text.Unicode;
using Thrum.Detector.Windows;

namespace Thrum.Ingest.Payloads;

/// <summary>
/// CBOR (RFC 8949) of the shapes that JSON payloads have: a number, an array, or a map with <c>time</c>, <c>time_ms</c>, <c>rate</c>,
/// <c>seq</c> and <c>samples</c> (<c>values</c>, <c>data</c>, <c>value</c>) or <c>axes</c>; arrays may be the typed arrays of RFC 8746 (tags 64 to 86
/// but for 128-bit floats). Strings of indefinite length are not taken.
/// </summary>
internal ref struct CborPayload
{
    private const ulong TimeText = 0;
    private const ulong EpochSeconds = 1;

    private readonly ReadOnlySpan<byte> _payload;
    private readonly PayloadScaling _scaling;
    private readonly Span<float> _samples;
    private readonly Span<AxisSlice> _axes;
    private CborReader _reader;
    private int _axisCount;
    private int _sampleCount;
    private long? _timeUnixNs;
    private double? _rateHz;
    private uint? _sequence;

    private CborPayload(ReadOnlySpan<byte> payload, PayloadScaling scaling, Span<float> samples, Span<AxisSlice> axes)
    {
        _payload = payload;
        _scaling = scaling;
        _samples = samples;
        _axes = axes;
        _reader = new CborReader(payload);
    }

    public static DecodeFault Decode(
        ReadOnlySpan<byte> payload, PayloadScaling scaling, Span<float> samples, Span<AxisSlice> axes, out DecodedPayload decoded)
    {
        var cbor = new CborPayload(payload, scaling, samples, axes);
        DecodeFault fault = cbor.ReadRoot();
        decoded = new DecodedPayload(cbor._timeUnixNs, cbor._rateHz, cbor._axisCount, cbor._sampleCount) { Sequence = cbor._sequence };
        return fault;
    }

    private DecodeFault ReadRoot()
    {
        if (!_reader.TryHead(out CborHead head))
        {
            return DecodeFault.BadPayload;
        }

        DecodeFault fault = head.Type == CborType.Map ? ReadMap(head) : ReadAxis(head, 0, 0);
        return fault != DecodeFault.None ? fault
            : !_reader.IsAtEnd ? DecodeFault.BadPayload
            : _sampleCount == 0 ? DecodeFault.Empty : DecodeFault.None;
    }

    private DecodeFault ReadMap(CborHead map)
    {
        DecodeFault fault = DecodeFault.None;
        for (ulong i = 0; fault == DecodeFault.None && HasNext(map, i); i++)
        {
            fault = !_reader.TryHead(out CborHead key) || key.Type != CborType.Text || !_reader.TryContent(key, out ReadOnlySpan<byte> name)
                ? DecodeFault.BadPayload
                : ReadMember(name);
        }

        return fault;
    }

    private DecodeFault ReadMember(ReadOnlySpan<byte> name)
    {
        if (!_reader.TryHead(out CborHead value) || value.IsBreak)
        {
            return DecodeFault.BadPayload;
        }

        if (name.SequenceEqual("samples"u8) || name.SequenceEqual("values"u8) || name.SequenceEqual("data"u8) || name.SequenceEqual("value"u8))
        {
            return _axisCount > 0 ? DecodeFault.BadPayload : ReadAxis(value, 0, 0);
        }

        if (name.SequenceEqual("axes"u8))
        {
            return _axisCount > 0 || value.Type != CborType.Map ? DecodeFault.BadPayload : ReadAxes(value);
        }

        if (name.SequenceEqual("time"u8))
        {
            return ReadTime(value);
        }

        if (name.SequenceEqual("time_ms"u8))
        {
            return value.TryNumber(out double ms) ? SetTime(ms * 1e6) : DecodeFault.BadTime;
        }

        if (name.SequenceEqual("rate"u8))
        {
            bool isRate = value.TryNumber(out double rate) && SampleGrid.IsRate(rate);
            _rateHz = isRate ? rate : null;
            return isRate ? DecodeFault.None : DecodeFault.BadRate;
        }

        if (name.SequenceEqual("seq"u8) && value is { Type: CborType.Unsigned, Argument: <= uint.MaxValue })
        {
            _sequence = (uint)value.Argument;
            return DecodeFault.None;
        }

        return _reader.TrySkipRest(value) ? DecodeFault.None : DecodeFault.BadPayload;
    }

    private DecodeFault ReadAxes(CborHead map)
    {
        for (ulong i = 0; HasNext(map, i); i++)
        {
            if (!_reader.TryHead(out CborHead key) || key.Type != CborType.Text || !_reader.TryContent(key, out ReadOnlySpan<byte> name))
            {
                return DecodeFault.BadPayload;
            }

            if (name.IsEmpty || !Utf8.IsValid(name) || AxisNames.Contains(_axes[.._axisCount], _payload, name))
            {
                return DecodeFault.BadAxis;
            }

            int place = _reader.Position - name.Length;
            DecodeFault fault = _reader.TryHead(out CborHead value) ? ReadAxis(value, place, name.Length) : DecodeFault.BadPayload;
            if (fault != DecodeFault.None)
            {
                return fault;
            }
        }

        return DecodeFault.None;
    }

    private DecodeFault ReadAxis(CborHead head, int nameStart, int nameLength)
    {
        if (_axisCount == _axes.Length)
        {
            return DecodeFault.TooManyAxes;
        }

        int first = _sampleCount;
        DecodeFault fault = head.Type switch
        {
            CborType.Tag => ReadTyped(head.Argument),
            CborType.Array => ReadNumbers(head),
            _ => Add(head),
        };
        _axes[_axisCount++] = new AxisSlice(first, _sampleCount - first, nameStart, nameLength);
        return fault;
    }

    private DecodeFault ReadNumbers(CborHead array)
    {
        DecodeFault fault = DecodeFault.None;
        for (ulong i = 0; fault == DecodeFault.None && HasNext(array, i); i++)
        {
            fault = _reader.TryHead(out CborHead item) ? Add(item) : DecodeFault.BadPayload;
        }

        return fault;
    }

    private DecodeFault Add(CborHead item)
    {
        if (!item.TryNumber(out double value))
        {
            return DecodeFault.BadNumber;
        }

        if (_sampleCount == _samples.Length)
        {
            return DecodeFault.TooManySamples;
        }

        _samples[_sampleCount++] = (float)((value * _scaling.Scale) + _scaling.Offset);
        return DecodeFault.None;
    }

    private DecodeFault ReadTyped(ulong tag)
    {
        if (ElementOf(tag) is not { } element || !_reader.TryHead(out CborHead head) || head.Type != CborType.Bytes
            || !_reader.TryContent(head, out ReadOnlySpan<byte> content))
        {
            return DecodeFault.BadPayload;
        }

        int count = content.Length / element.Bytes;
        if (count * element.Bytes != content.Length)
        {
            return DecodeFault.BadLength;
        }

        if (count > _samples.Length - _sampleCount)
        {
            return DecodeFault.TooManySamples;
        }

        RawPayload.Decode(element, _scaling, content, _samples.Slice(_sampleCount, count));
        _sampleCount += count;
        return DecodeFault.None;
    }

    /// <summary>The element of a typed array's tag: 0b010, float, signed, little-endian, two bits of size (RFC 8746, section 2.1).</summary>
    private static SampleElement? ElementOf(ulong tag) => tag switch
    {
        64 or 68 => new(ElementKind.U8, true),
        65 => new(ElementKind.U16, false),
        66 => new(ElementKind.U32, false),
        67 => new(ElementKind.U64, false),
        69 => new(ElementKind.U16, true),
        70 => new(ElementKind.U32, true),
        71 => new(ElementKind.U64, true),
        72 => new(ElementKind.I8, true),
        73 => new(ElementKind.I16, false),
        74 => new(ElementKind.I32, false),
        75 => new(ElementKind.I64, false),
        77 => new(ElementKind.I16, true),
        78 => new(ElementKind.I32, true),
        79 => new(ElementKind.I64, true),
        80 => new(ElementKind.F16, false),
        81 => new(ElementKind.F32, false),
        82 => new(ElementKind.F64, false),
        84 => new(ElementKind.F16, true),
        85 => new(ElementKind.F32, true),
        86 => new(ElementKind.F64, true),
        _ => null,
    };

    private DecodeFault ReadTime(CborHead value)
    {
        bool isSeconds = value is { Type: CborType.Tag, Argument: EpochSeconds };
        if (value is { Type: CborType.Tag, Argument: TimeText or EpochSeconds } && !_reader.TryHead(out value))
        {
            return DecodeFault.BadPayload;
        }

        if (value.Type == CborType.Text)
        {
            long time = 0;
            bool isTime = _reader.TryContent(value, out ReadOnlySpan<byte> text) && PayloadStamp.TryParseTime(text, out time);
            _timeUnixNs = isTime ? time : null;
            return isTime ? DecodeFault.None : DecodeFault.BadTime;
        }

        if (value.Type == CborType.Unsigned && value.Argument <= long.MaxValue && !isSeconds)
        {
            _timeUnixNs = (long)value.Argument;
            return DecodeFault.None;
        }

        return isSeconds && value.TryNumber(out double seconds) ? SetTime(seconds * 1e9) : DecodeFault.BadTime;
    }

    private DecodeFault SetTime(double nanoseconds)
    {
        // Beyond 2^63 ns no time is representable; NaN fails the comparison too.
        bool isTime = Math.Abs(nanoseconds) < 9.2e18;
        _timeUnixNs = isTime ? (long)Math.Round(nanoseconds) : null;
        return isTime ? DecodeFault.None : DecodeFault.BadTime;
    }

    /// <summary>True when another entry of a map or array follows; takes the break of one of indefinite length.</summary>
    private bool HasNext(CborHead container, ulong index)
    {
        if (container.Info != CborHead.Indefinite)
        {
            return index < container.Argument;
        }

        if (!_reader.IsBreakNext)
        {
            // A missing break is found out by the next read.
            return true;
        }

        _reader.TryHead(out _);
        return false;
    }
}
