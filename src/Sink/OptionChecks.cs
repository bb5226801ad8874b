using System.Globalization;

namespace Thrum.Sink;

/// <summary>Collects the faults of one options record, a sentence each: setting, value, what was expected.</summary>
internal sealed class OptionChecks
{
    /// <summary>Names of the stages that are always there: counters under one of them would be taken for theirs.</summary>
    private static readonly string[] StageNames = ["decode", "score", "deliver", "history", "live", "tally", "mqttOut"];

    private readonly List<string> _faults = [];

    /// <summary>Shortest duration that every timer can keep.</summary>
    public static TimeSpan Shortest => TimeSpan.FromMilliseconds(1);

    private static TimeSpan LongestTimeout => TimeSpan.FromHours(1);

    /// <summary>Polly's bound.</summary>
    private static TimeSpan LongestRetryDelay => TimeSpan.FromDays(1);

    /// <summary>The faults found so far.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public void Check(bool good, string name, string value, string expected)
    {
        if (!good)
        {
            _faults.Add($"{name} is {value}, expected {expected}");
        }
    }

    /// <summary>Checks a destination's name: it stands in event ids, counters and the outbox.</summary>
    public void Id(string name, string value)
    {
        Check(value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'), name, $"'{value}'", "letters, digits, - and _");
        Check(
            !StageNames.Contains(value, StringComparer.OrdinalIgnoreCase), name, $"'{value}'",
            $"a name of its own, none of {string.Join(", ", StageNames)}");
    }

    /// <summary>Checks an address.</summary>
    public bool Url(string name, string value, string example)
    {
        bool good = Uri.TryCreate(value, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https";
        Check(good, name, $"'{value}'", $"an address such as {example}");
        return good;
    }

    /// <summary>Checks the times of one request and of those that follow it.</summary>
    public void Retries(TimeSpan timeout, TimeSpan retryDelay, TimeSpan maxRetryDelay)
    {
        Between("Timeout", timeout, Shortest, LongestTimeout);
        Between("RetryDelay", retryDelay, Shortest, LongestRetryDelay);
        Between("MaxRetryDelay", maxRetryDelay, Shortest, LongestRetryDelay);
        Check(maxRetryDelay >= retryDelay, "MaxRetryDelay", Text(maxRetryDelay), $"at least RetryDelay ({Text(retryDelay)})");
    }

    /// <summary>Checks a duration against inclusive bounds.</summary>
    public void Between(string name, TimeSpan value, TimeSpan least, TimeSpan most) =>
        Check(value >= least && value <= most, name, Text(value), $"{Text(least)} to {Text(most)}");

    /// <summary>Checks a number that has a lower bound only.</summary>
    public void AtLeast(string name, long value, long least) => Check(
        value >= least,
        name,
        value.ToString(CultureInfo.InvariantCulture),
        FormattableString.Invariant($"at least {least}"));

    /// <summary>A duration as it is written in the configuration, without zeros behind the seconds.</summary>
    private static string Text(TimeSpan value)
    {
        string text = value.ToString("c", CultureInfo.InvariantCulture);
        return value.Ticks % TimeSpan.TicksPerSecond == 0 ? text : text.TrimEnd('0');
    }
}
