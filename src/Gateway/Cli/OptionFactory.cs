using System.CommandLine;
using System.Globalization;

namespace Thrum.Gateway.Cli;

/// <summary>Options that several commands share.</summary>
internal static class OptionFactory
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1000);

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document on standard output and nothing else there" };

    public static Option<string[]> Set() => new("--set") { Description = "A setting that wins over the file, Section:Key=value", DefaultValueFactory = _ => [] };

    /// <summary>A duration such as <c>60s</c>, <c>5m</c>, <c>500ms</c> or <c>00:01:00</c>.</summary>
    public static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (TryParseDuration(text, out TimeSpan duration))
            {
                return duration;
            }

            result.AddError($"{name} is '{text}', expected a duration such as 60s, 5m or 00:01:00");
            return null;
        },
    };

    /// <summary>The same for what a timer waits for, which is as long as a timer can.</summary>
    public static Option<TimeSpan?> Wait(string name, string description)
    {
        Option<TimeSpan?> option = Duration(name, description);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && TryParseDuration(token.Value, out TimeSpan wait) && (wait < ShortestWait || wait > LongestWait))
            {
                result.AddError($"{name} is '{token.Value}', expected 1ms to 1000h");
            }
        });
        return option;
    }

    /// <summary>One of an enumeration's names, written with hyphens or without: <c>outer-race</c> or <c>OuterRace</c>.</summary>
    public static Option<T> OneOf<T>(string name, string description, T usual = default)
        where T : struct, Enum
    {
        string[] names = [.. Enum.GetNames<T>().Select(Hyphenated)];
        bool isFirst = usual.Equals(default(T));
        return new Option<T>(name)
        {
            Description = $"{description}: {string.Join(", ", names)}{(isFirst ? $"; {Hyphenated(usual.ToString())} by default" : "")}",
            HelpName = name.TrimStart('-'),

            // The first name needs none, and help would tell it by its name in the code.
            DefaultValueFactory = isFirst ? null : _ => usual,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                int index = Array.FindIndex(names, known => known.Replace("-", "", StringComparison.Ordinal).Equals(text.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase));
                if (index < 0)
                {
                    result.AddError($"{name} is '{text}', expected one of {string.Join(", ", names)}");
                    return default;
                }

                return Enum.GetValues<T>()[index];
            },
        };
    }

    internal static string Hyphenated(string name) =>
        string.Concat(name.Select((letter, i) => (i > 0 && char.IsUpper(letter) ? "-" : "") + char.ToLowerInvariant(letter)));

    internal static bool TryParseDuration(string text, out TimeSpan duration)
    {
        (string Suffix, double Seconds)[] units = [("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)];
        foreach ((string suffix, double seconds) in units)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && double.TryParse(text[..^suffix.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count)
                && count * seconds is > 0 and < 1e8)
            {
                duration = TimeSpan.FromSeconds(count * seconds);
                return true;
            }
        }

        // Without a colon .NET would read days.
        duration = default;
        return text.Contains(':', StringComparison.Ordinal)
            && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out duration) && duration > TimeSpan.Zero;
    }
}
