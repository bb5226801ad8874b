using System.Globalization;

namespace Thrum.Sink;

/// <summary>Collects the faults of one options record, a sentence each: setting, value, what was expected.</summary>
internal sealed class OptionChecks
{
    private readonly List<string> _faults = [];

    /// <summary>Shortest duration that every timer can keep.</summary>
    public static TimeSpan Shortest => TimeSpan.FromMilliseconds(1);

    /// <summary>The faults found so far.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public void Check(bool good, string name, string value, string expected)
    {
        if (!good)
        {
            _faults.Add($"{name} is {value}, expected {expected}");
        }
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
