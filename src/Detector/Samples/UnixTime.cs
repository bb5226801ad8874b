using System.Globalization;

namespace Thrum.Detector.Samples;

/// <summary>Times as 64 bits of nanoseconds since 1970-01-01 UTC, which reach from 1677 to 2262.</summary>
public static class UnixTime
{
    private const long NsPerSecond = 1_000_000_000;

    /// <summary>How many ns a time lasts.</summary>
    /// <exception cref="OverflowException">It lasts longer than 292 years.</exception>
    public static long ToNs(TimeSpan time) => checked(time.Ticks * TimeSpan.NanosecondsPerTick);

    /// <summary>A time, exact to its 100 ns; beyond what 64 bits hold, the nearest that they do.</summary>
    public static long ToNs(DateTimeOffset time) =>
        (long)Int128.Clamp((Int128)(time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick, long.MinValue, long.MaxValue);

    /// <summary>A time, cut to 100 ns.</summary>
    public static DateTimeOffset ToDateTimeOffset(long unixNs) => DateTimeOffset.UnixEpoch.AddTicks(unixNs / TimeSpan.NanosecondsPerTick);

    /// <summary>RFC 3339 with all nine decimals, <c>2026-01-02T03:04:05.000000006Z</c>.</summary>
    public static string ToText(long unixNs)
    {
        (long seconds, long nanoseconds) = Math.DivRem(unixNs, NsPerSecond);
        if (nanoseconds < 0)
        {
            (seconds, nanoseconds) = (seconds - 1, nanoseconds + NsPerSecond);
        }

        string second = DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{second}.{nanoseconds:D9}Z");
    }
}
