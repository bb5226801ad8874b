using System.Runtime.InteropServices;
using Thrum.Ingest.Payloads;

namespace Thrum.Ingest.Sparkplug;

/// <summary>The samples of a metric's value as a Thrum block, in memory that the next one overwrites.</summary>
internal sealed class SparkplugValues
{
    // Beyond this, 64 bits of nanoseconds end.
    private const ulong LatestMs = 9_223_372_036_854;
    private const int FirstNumber = 1;
    private const int LastNumber = 10;

    private byte[] _block = new byte[4096];
    private int _length;

    /// <summary>The block of the last value that had samples.</summary>
    public ReadOnlySpan<byte> Block => _block.AsSpan(0, _length);

    /// <summary>Looks at a value, and makes its block where <paramref name="isWritten"/>.</summary>
    /// <returns>Nothing wrong, <see cref="DecodeFault.Empty"/> for what is no sample, such as a text, or why it cannot be understood.</returns>
    public DecodeFault Take(in SparkplugMetric metric, int dataType, ulong? sentMs, double rateHz, bool isWritten)
    {
        SampleElement? array = SparkplugMetric.ElementOf(dataType);
        double single = double.NaN;
        if (array is { } element)
        {
            if (metric.IsNull || metric.Bytes.IsEmpty)
            {
                return metric.IsNull || metric.ValueField == SparkplugField.BytesValue ? DecodeFault.Empty : DecodeFault.BadPayload;
            }

            if (metric.Bytes.Length % element.Bytes != 0)
            {
                return DecodeFault.BadLength;
            }
        }
        else if (metric.IsNull ? dataType is < FirstNumber or > LastNumber : !metric.TryNumber(dataType, out single))
        {
            return DecodeFault.Empty;
        }

        // A value of the past is nothing without the time of its own.
        ulong? timeMs = metric.IsHistorical ? metric.TimestampMs : metric.TimestampMs ?? sentMs;
        if (timeMs > LatestMs || (timeMs is null && metric.IsHistorical))
        {
            return DecodeFault.BadTime;
        }

        if (isWritten)
        {
            Write(metric.Bytes, array, single, (long?)timeMs * 1_000_000, rateHz > 0 ? rateHz : null, metric.IsHistorical);
        }

        return DecodeFault.None;
    }

    private void Write(ReadOnlySpan<byte> bytes, SampleElement? array, double single, long? timeUnixNs, double? rateHz, bool isHistorical)
    {
        SampleElement stored = array is { } of ? StoredAs(of) : new SampleElement(ElementKind.F64, true);
        int count = array is { } element ? bytes.Length / element.Bytes : 1;
        int needed = ThrumBlock.MostHeadBytes + (count * stored.Bytes);
        if (_block.Length < needed)
        {
            _block = new byte[needed];
        }

        int head = ThrumBlock.WriteHead(_block, stored.Kind, timeUnixNs, rateHz, isHistorical);
        Span<byte> data = _block.AsSpan(head, count * stored.Bytes);
        _length = head + data.Length;
        if (array is null)
        {
            MemoryMarshal.Write(data, single);
        }
        else if (stored == array)
        {
            bytes.CopyTo(data);
        }
        else if (stored.Kind == ElementKind.F32)
        {
            RawPayload.Decode(array.Value, PayloadScaling.Identity, bytes, MemoryMarshal.Cast<byte, float>(data));
        }
        else
        {
            Span<double> numbers = MemoryMarshal.Cast<byte, double>(data);
            for (int i = 0; i < count; i++)
            {
                numbers[i] = RawPayload.Read(array.Value, bytes.Slice(i * array.Value.Bytes, array.Value.Bytes));
            }
        }
    }

    /// <summary>As which element a block holds it without loss.</summary>
    private static SampleElement StoredAs(SampleElement element) => element.Kind switch
    {
        ElementKind.F32 or ElementKind.F64 or ElementKind.I16 or ElementKind.I32 => element,
        ElementKind.I8 or ElementKind.U8 or ElementKind.U16 => new SampleElement(ElementKind.F32, true),
        _ => new SampleElement(ElementKind.F64, true),
    };
}
