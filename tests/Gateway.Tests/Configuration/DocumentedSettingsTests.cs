using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Thrum.Gateway.Configuration;

namespace Thrum.Gateway.Tests.Configuration;

/// <summary>The tables of docs/configuration.md against the options classes: every setting, its default and its range.</summary>
public sealed partial class DocumentedSettingsTests
{
    [Fact]
    public void Document_Settings_AreThoseOfTheOptions()
    {
        string[] expected = [.. Settings().Select(setting => setting.Path).Order(StringComparer.Ordinal)];
        string[] documented = [.. Rows().Select(row => row.Path).Order(StringComparer.Ordinal)];

        Assert.Equal(expected, documented);
    }

    [Fact]
    public void Document_Defaults_AreThoseOfTheOptions()
    {
        Dictionary<string, Row> rows = Rows().ToDictionary(row => row.Path);
        string[] wrong = [.. Settings().Where(setting => !SameDefault(setting, rows[setting.Path].Default))
            .Select(setting => $"{setting.Path}: documented {rows[setting.Path].Default}, is {setting.Default}")];

        Assert.Empty(wrong);
    }

    [Fact]
    public void Document_Ranges_AreThoseOfTheOptions()
    {
        Dictionary<string, Row> rows = Rows().ToDictionary(row => row.Path);
        string[] wrong = [.. Settings()
            .Select(setting => (setting.Path, Range: setting.Property.GetCustomAttribute<RangeAttribute>()))
            .Where(setting => setting.Range is not null)
            .Select(setting => (setting.Path, Expected: string.Create(CultureInfo.InvariantCulture, $"{setting.Range!.Minimum} to {setting.Range.Maximum}")))
            .Where(setting => rows[setting.Path].Bound.Split(';')[0] != setting.Expected)
            .Select(setting => $"{setting.Path}: documented '{rows[setting.Path].Bound}', is '{setting.Expected}'")];

        Assert.Empty(wrong);
    }

    /// <summary>The groups that settings stand in, with N in the place of an entry's number.</summary>
    internal static IEnumerable<string> Groups() =>
        Settings().Where(setting => setting.Path.Contains(':', StringComparison.Ordinal)).Select(setting => setting.Path[..setting.Path.LastIndexOf(':')]).Distinct();

    private static IEnumerable<Setting> Settings() => Below(new ThrumOptions(), "");

    private static IEnumerable<Setting> Below(object options, string path)
    {
        foreach (PropertyInfo property in SettingsReader.Settings(options.GetType()))
        {
            string name = path + property.Name;
            object? value = property.GetValue(options);
            Type? entry = SettingsReader.EntryType(property.PropertyType);
            IEnumerable<Setting> below = entry is not null && !SettingsReader.IsValue(entry) ? Below(Activator.CreateInstance(entry)!, name + ":N:")
                : IsGroup(property.PropertyType) ? Below(value!, name + ":") : [];
            bool isRoot = path.Length == 0;

            // At the root a list is a section of its own; within a section it has a row that says its default.
            if (!IsGroup(property.PropertyType) && !(isRoot && entry is not null))
            {
                yield return new Setting(name, property, value);
            }

            foreach (Setting setting in below)
            {
                yield return setting;
            }
        }
    }

    private static bool IsGroup(Type type) => !SettingsReader.IsValue(type) && !type.IsGenericType;

    private static bool SameDefault(Setting setting, string documented)
    {
        if (setting.Default is null)
        {
            return documented == "absent";
        }

        string json = documented.Trim('`');
        Type type = setting.Property.PropertyType;
        if (type.IsEnum)
        {
            return json == $"\"{ValueText.JsonName(setting.Default.ToString()!)}\"";
        }

        if (type.IsGenericType)
        {
            return json is "[]" or "{}" && !((System.Collections.IEnumerable)setting.Default).Cast<object>().Any();
        }

        object? value = type == typeof(TimeSpan)
            ? TimeSpan.Parse(JsonSerializer.Deserialize<string>(json)!, CultureInfo.InvariantCulture)
            : JsonSerializer.Deserialize(json, type);
        return setting.Default.Equals(value);
    }

    private static IEnumerable<Row> Rows()
    {
        string section = "";
        foreach (string line in File.ReadLines(Path.Combine(RepositoryPaths.Root, "docs", "configuration.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                section = line == "## The root" ? "" : line[3..].Trim('`') + ":";
            }
            else if (RowPattern().Match(line) is { Success: true } row)
            {
                yield return new Row(section + row.Groups[1].Value, row.Groups[2].Value.Trim(), row.Groups[3].Value.Trim());
            }
        }
    }

    [GeneratedRegex(@"^\| `(\w+)` \|([^|]*)\|([^|]*)\|")]
    private static partial Regex RowPattern();

    private sealed record Setting(string Path, PropertyInfo Property, object? Default);

    private sealed record Row(string Path, string Default, string Bound);
}
