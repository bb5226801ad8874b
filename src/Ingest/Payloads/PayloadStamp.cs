using System.Buffers.Text;
using Thrum.Detector.Windows;

namespace Thrum.Ingest.Payloads;

/// <summary>Reads stamps and rates from UTF-8 text: JSON strings and MQTT 5 user properties. Allocates nothing.</summary>
public static class PayloadStamp
{
    /// <summary>Reads a time: an integer of ns since the epoch, or RFC 3339 with up to nine fractional digits (more are cut).</summary>
    public static bool TryParseTime(ReadOnlySpan<byte> text, out long timeUnixNs) =>
        (Utf8Parser.TryParse(text, out timeUnixNs, out int used) && used == text.Length) || TryParseRfc3339(text, out timeUnixNs);

    /// <summary>Reads a sampling rate in Hz: a number from 1e-6 to 1e9.</summary>
    public static bool TryParseRate(ReadOnlySpan<byte> text, out double rateHz) =>
        Utf8Parser.TryParse(text, out rateHz, out int used) && used == text.Length && SampleGrid.IsRate(rateHz);

    private static bool TryParseRfc3339(ReadOnlySpan<byte> text, out long timeUnixNs)
    {
        timeUnixNs = 0;
        // 2026-01-31T23:59:59Z is the shortest form.
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || (text[10] | 0x20) is not ('t' or ' ') || text[13] != ':' || text[16] != ':')
        {
            return false;
        }

        if (!Digits(text[..4], out int year) || !Digits(text[5..7], out int month) || !Digits(text[8..10], out int day)
            || !Digits(text[11..13], out int hour) || !Digits(text[14..16], out int minute) || !Digits(text[17..19], out int second))
        {
            return false;
        }

        // The years that 64 bits of nanoseconds hold.
        if (year is < 1678 or > 2261 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = text[19..];
        if (!TryTakeFraction(ref rest, out long nanoseconds) || !TryReadOffset(rest, out long offsetSeconds))
        {
            return false;
        }

        long seconds = (new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond;
        timeUnixNs = ((seconds - offsetSeconds) * 1_000_000_000) + nanoseconds;
        return true;
    }

    private static bool TryTakeFraction(ref ReadOnlySpan<byte> rest, out long nanoseconds)
    {
        nanoseconds = 0;
        if (rest[0] != '.')
        {
            return true;
        }

        int length = 1;
        long unit = 100_000_000;
        for (; length < rest.Length && rest[length] is >= (byte)'0' and <= (byte)'9'; length++)
        {
            nanoseconds += (rest[length] - '0') * unit;
            unit /= 10;
        }

        rest = rest[length..];
        return length > 1;
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> rest, out long offsetSeconds)
    {
        offsetSeconds = 0;
        if (rest.Length == 1)
        {
            return (rest[0] | 0x20) == 'z';
        }

        if (rest.Length != 6 || rest[0] is not ((byte)'+' or (byte)'-') || rest[3] != ':'
            || !Digits(rest[1..3], out int hours) || !Digits(rest[4..6], out int minutes) || hours > 23 || minutes > 59)
        {
            return false;
        }

        offsetSeconds = ((hours * 60L) + minutes) * (rest[0] == '-' ? -60 : 60);
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (byte c in text)
        {
            if (c is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + c - '0';
        }

        return true;
    }
}
