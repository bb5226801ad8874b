using System.Collections;
using System.Globalization;
using System.Reflection;
using Thrum.Gateway.Doctor;

namespace Thrum.Gateway.Configuration;

/// <summary>Every setting in force, defaults included, with secrets hidden.</summary>
internal static class SettingsView
{
    /// <summary>Values by their path, such as <c>Mqtt:Host</c>; lists by number.</summary>
    public static IReadOnlyDictionary<string, string?> Of(ThrumOptions options)
    {
        SortedDictionary<string, string?> settings = new(StringComparer.Ordinal);
        Add(settings, "", options);
        Secrets secrets = Secrets.Of(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).With(options);
        return settings.ToDictionary(setting => setting.Key, setting => secrets.Show(setting.Key, setting.Value));
    }

    private static void Add(SortedDictionary<string, string?> settings, string path, object? value)
    {
        if (value is null || SettingsReader.IsValue(value.GetType()))
        {
            settings[path] = value is Enum ? ValueText.JsonName(value.ToString()!) : Convert.ToString(value, CultureInfo.InvariantCulture);
        }
        else if (value is IReadOnlyDictionary<string, string> pairs)
        {
            foreach ((string key, string text) in pairs)
            {
                settings[Below(path, key)] = text;
            }
        }
        else if (value is IEnumerable entries)
        {
            int number = 0;
            foreach (object entry in entries)
            {
                Add(settings, Below(path, number++), entry);
            }
        }
        else
        {
            foreach (PropertyInfo setting in SettingsReader.Settings(value.GetType()))
            {
                Add(settings, Below(path, setting.Name), setting.GetValue(value));
            }
        }
    }

    private static string Below(string path, object name) => string.Create(CultureInfo.InvariantCulture, $"{path}{(path.Length > 0 ? ":" : "")}{name}");
}
