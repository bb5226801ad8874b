using System.CommandLine;
using System.Globalization;

namespace Thrum.Gateway.Cli;

/// <summary>The day that a model file says it was made: the same seed and data give the same bytes on any day when it is given.</summary>
internal static class MakingDate
{
    /// <summary>Seconds since 1970 that stand for now, as in <see href="https://reproducible-builds.org/specs/source-date-epoch/">reproducible builds</see>.</summary>
    private const string Variable = "SOURCE_DATE_EPOCH";

    public static Option<string?> Option() => new("--date") { Description = $"The day to write into the file, such as 2026-01-31; that of {Variable}, else today (UTC), by default" };

    /// <summary>The day.</summary>
    /// <param name="given">What the command line says.</param>
    /// <param name="time">Says today.</param>
    /// <exception cref="UsageException">It is no day, or the variable no number of seconds.</exception>
    public static DateOnly Of(string? given, TimeProvider time) => Of(given, Environment.GetEnvironmentVariable(Variable), time);

    internal static DateOnly Of(string? given, string? seconds, TimeProvider time)
    {
        if (given is not null)
        {
            return DateOnly.TryParseExact(given, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
                ? date
                : throw new UsageException($"--date is '{given}', expected a day such as 2026-01-31");
        }

        return string.IsNullOrEmpty(seconds) ? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime)
            : long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count < 253_402_300_800
                ? DateOnly.FromDateTime(DateTime.UnixEpoch.AddSeconds(count))
                : throw new UsageException($"{Variable} is '{seconds}', expected seconds since 1970");
    }
}
