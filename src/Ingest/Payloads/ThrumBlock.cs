using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;
using Thrum.Detector.Windows;

namespace Thrum.Ingest.Payloads;

/// <summary>
/// Thrum's compact block, little-endian: <c>'T' 'B'</c>, version 1, element (0 f32, 1 f64, 2 i16, 3 i24, 4 i32), flags (1 time, 2 rate,
/// 4 sequence, 8 scale, 16 historical), axis count 1 to 16; then what the flags announce: time i64 ns since the epoch, rate f64 Hz, sequence u32,
/// scale f64 and offset f64; then per axis a length byte and that many bytes of UTF-8 name (length 0, for a single axis only: the
/// topic names it); then the samples, axis after axis, the same number for each.
/// </summary>
public static class ThrumBlock
{
    private const int HeaderBytes = 6;
    private const int HasTime = 1;
    private const int HasRate = 2;
    private const int HasSequence = 4;
    private const int HasScale = 8;
    private const int Historical = 16;
    private const int AllFlags = 31;

    private static readonly SampleElement[] Elements =
    [
        new(ElementKind.F32, true), new(ElementKind.F64, true), new(ElementKind.I16, true), new(ElementKind.I24, true), new(ElementKind.I32, true),
    ];

    /// <summary>Most bytes before the samples of a block of one axis that the topic names.</summary>
    internal const int MostHeadBytes = HeaderBytes + 8 + 8 + 1;

    /// <summary>Writes what comes before the samples of one axis that the topic names; returns its length.</summary>
    internal static int WriteHead(Span<byte> bytes, ElementKind element, long? timeUnixNs, double? rateHz, bool isHistorical)
    {
        "TB"u8.CopyTo(bytes);
        bytes[2] = 1;
        bytes[3] = (byte)Array.IndexOf(Elements, new SampleElement(element, true));
        bytes[4] = (byte)((timeUnixNs is null ? 0 : HasTime) | (rateHz is null ? 0 : HasRate) | (isHistorical ? Historical : 0));
        bytes[5] = 1;
        int at = HeaderBytes;
        if (timeUnixNs is { } time)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes[at..], time);
            at += 8;
        }

        if (rateHz is { } rate)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes[at..], rate);
            at += 8;
        }

        bytes[at] = 0;
        return at + 1;
    }

    /// <summary>Writes a block of one axis that the topic names, samples as float32.</summary>
    /// <param name="destination">Receives the bytes.</param>
    /// <param name="timeUnixNs">Time of the first sample, ns since the epoch.</param>
    /// <param name="rateHz">Sampling rate, Hz.</param>
    /// <param name="sequence">Number of the block in its stream, modulo 2³².</param>
    /// <param name="samples">The samples.</param>
    public static void Write(IBufferWriter<byte> destination, long timeUnixNs, double rateHz, uint sequence, ReadOnlySpan<float> samples)
    {
        ArgumentNullException.ThrowIfNull(destination);
        int length = HeaderBytes + 8 + 8 + 4 + 1 + (4 * samples.Length);
        Span<byte> bytes = destination.GetSpan(length);
        "TB"u8.CopyTo(bytes);
        bytes[2] = 1;
        bytes[3] = 0;
        bytes[4] = HasTime | HasRate | HasSequence;
        bytes[5] = 1;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[6..], timeUnixNs);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes[14..], rateHz);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[22..], sequence);
        bytes[26] = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes[(27 + (4 * i))..], samples[i]);
        }

        destination.Advance(length);
    }

    internal static DecodeFault Decode(
        ReadOnlySpan<byte> payload, PayloadScaling scaling, Span<float> samples, Span<AxisSlice> axes, out DecodedPayload decoded)
    {
        decoded = default;
        if (payload.Length < HeaderBytes || payload[0] != 'T' || payload[1] != 'B' || payload[2] != 1 || payload[3] >= Elements.Length || payload[4] > AllFlags)
        {
            return DecodeFault.BadPayload;
        }

        SampleElement element = Elements[payload[3]];
        int axisCount = payload[5];
        if (axisCount == 0 || axisCount > axes.Length)
        {
            return axisCount == 0 ? DecodeFault.BadAxis : DecodeFault.TooManyAxes;
        }

        DecodeFault fault = ReadFields(payload, ref scaling, out int at, out decoded);
        fault = fault == DecodeFault.None ? ReadNames(payload, axes[..axisCount], ref at) : fault;
        if (fault != DecodeFault.None)
        {
            return fault;
        }

        ReadOnlySpan<byte> data = payload[at..];
        int perAxis = data.Length / (element.Bytes * axisCount);
        if (perAxis * element.Bytes * axisCount != data.Length || perAxis == 0)
        {
            return data.IsEmpty ? DecodeFault.Empty : DecodeFault.BadLength;
        }

        int count = perAxis * axisCount;
        if (count > samples.Length)
        {
            return DecodeFault.TooManySamples;
        }

        RawPayload.Decode(element, scaling, data, samples[..count]);
        for (int i = 0; i < axisCount; i++)
        {
            axes[i] = axes[i] with { Start = i * perAxis, Count = perAxis };
        }

        decoded = decoded with { AxisCount = axisCount, SampleCount = count };
        return DecodeFault.None;
    }

    private static DecodeFault ReadFields(ReadOnlySpan<byte> payload, ref PayloadScaling scaling, out int at, out DecodedPayload decoded)
    {
        int flags = payload[4];
        at = HeaderBytes;
        decoded = new DecodedPayload { IsHistorical = (flags & Historical) != 0 };
        int wanted = ((flags & HasTime) * 8) + ((flags & HasRate) * 4) + (flags & HasSequence) + ((flags & HasScale) * 2);
        if (payload.Length - at < wanted)
        {
            return DecodeFault.BadLength;
        }

        if ((flags & HasTime) != 0)
        {
            decoded = decoded with { TimeUnixNs = BinaryPrimitives.ReadInt64LittleEndian(payload[at..]) };
            at += 8;
        }

        if ((flags & HasRate) != 0)
        {
            double rate = BinaryPrimitives.ReadDoubleLittleEndian(payload[at..]);
            decoded = decoded with { RateHz = rate };
            at += 8;
            if (!SampleGrid.IsRate(rate))
            {
                return DecodeFault.BadRate;
            }
        }

        if ((flags & HasSequence) != 0)
        {
            decoded = decoded with { Sequence = BinaryPrimitives.ReadUInt32LittleEndian(payload[at..]) };
            at += 4;
        }

        if ((flags & HasScale) != 0)
        {
            double scale = BinaryPrimitives.ReadDoubleLittleEndian(payload[at..]);
            double offset = BinaryPrimitives.ReadDoubleLittleEndian(payload[(at + 8)..]);
            // The topic's scaling comes on top: value = (raw · scale + offset) · Scale + Offset.
            scaling = new PayloadScaling(scale * scaling.Scale, (offset * scaling.Scale) + scaling.Offset);
            at += 16;
        }

        return DecodeFault.None;
    }

    private static DecodeFault ReadNames(ReadOnlySpan<byte> payload, Span<AxisSlice> axes, ref int at)
    {
        for (int i = 0; i < axes.Length; i++)
        {
            if (at >= payload.Length || at + 1 + payload[at] > payload.Length)
            {
                return DecodeFault.BadLength;
            }

            int length = payload[at];
            ReadOnlySpan<byte> name = payload.Slice(at + 1, length);
            if ((length == 0 && axes.Length > 1) || !Utf8.IsValid(name) || AxisNames.Contains(axes[..i], payload, name))
            {
                return DecodeFault.BadAxis;
            }

            axes[i] = new AxisSlice(0, 0, at + 1, length);
            at += 1 + length;
        }

        return DecodeFault.None;
    }
}
