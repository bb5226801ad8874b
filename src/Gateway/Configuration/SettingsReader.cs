using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Thrum.Gateway.Configuration;

/// <summary>
/// Compares a configuration with the options classes before it is bound. The binder itself ignores unknown keys and leaves out list
/// entries with a value it cannot read: an alarm rule with a misspelt severity would silently be missing.
/// </summary>
internal sealed class SettingsReader
{
    private readonly List<string> _faults = [];
    private readonly Dictionary<string, string?> _usable = [];

    private SettingsReader()
    {
    }

    /// <summary>One sentence per unknown key, unreadable value and misplaced group or list.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>The settings that can be bound; a null stands for the default and is left out.</summary>
    public IReadOnlyDictionary<string, string?> Usable => _usable;

    /// <summary>Reads the whole configuration.</summary>
    /// <param name="configuration">Its root.</param>
    /// <param name="options">The class that the root is bound to.</param>
    public static SettingsReader Read(IConfiguration configuration, Type options)
    {
        var reader = new SettingsReader();
        reader.ReadGroup(configuration, options, "");
        return reader;
    }

    /// <summary>The settings of an options class: what can be set on it.</summary>
    internal static IEnumerable<PropertyInfo> Settings(Type options) =>
        options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite);

    internal static bool IsValue(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is var t && (t.IsPrimitive || t.IsEnum || t == typeof(string) || t == typeof(TimeSpan));

    /// <summary>The type of a list's entries; null when the type is no list.</summary>
    internal static Type? EntryType(Type type) =>
        type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type) && type.GetGenericArguments() is [var entry] ? entry : null;

    private void ReadGroup(IConfiguration group, Type options, string path)
    {
        foreach (IConfigurationSection section in group.GetChildren())
        {
            PropertyInfo? setting = Settings(options).FirstOrDefault(p => p.Name.Equals(section.Key, StringComparison.OrdinalIgnoreCase));
            if (setting is null)
            {
                string nearest = NearestName.Of(section.Key, Settings(options).Select(p => p.Name));
                _faults.Add($"Unknown setting '{Below(path, section.Key)}': did you mean '{Below(path, nearest)}'?");
            }
            else
            {
                Read(section, setting.PropertyType, Below(path, setting.Name));
            }
        }
    }

    private void Read(IConfigurationSection section, Type type, string path)
    {
        bool hasChildren = section.GetChildren().Any();
        if (IsValue(type))
        {
            ReadValue(section, type, path, hasChildren);
        }
        else if (!hasChildren)
        {
            // Null, {} and [] stand for the default.
            if (!string.IsNullOrEmpty(section.Value))
            {
                _faults.Add($"{path} is '{section.Value}', expected {(EntryType(type) is null ? "a group of settings" : "a list")}");
            }
        }
        else if (EntryType(type) is { } entry)
        {
            ReadList(section, entry, path);
        }
        else if (type.IsGenericType)
        {
            foreach (IConfigurationSection item in section.GetChildren())
            {
                Read(item, typeof(string), Below(path, item.Key));
            }
        }
        else
        {
            ReadGroup(section, type, path);
        }
    }

    private void ReadList(IConfigurationSection section, Type entry, string path)
    {
        if (section.GetChildren().FirstOrDefault(item => !int.TryParse(item.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _)) is { } named)
        {
            _faults.Add($"{path} has a setting '{named.Key}', expected a list of such groups");
            return;
        }

        foreach (IConfigurationSection item in section.GetChildren())
        {
            Read(item, entry, Below(path, item.Key));
        }
    }

    private void ReadValue(IConfigurationSection section, Type type, string path, bool hasChildren)
    {
        if (hasChildren)
        {
            _faults.Add($"{path} is a group or list, expected {ValueText.Expected(type)}");
        }
        else if (section.Value is { } text)
        {
            if (ValueText.IsGood(text, type))
            {
                _usable[section.Path] = text;
            }
            else
            {
                _faults.Add($"{path} is '{text}', expected {ValueText.Expected(type)}");
            }
        }
    }

    private static string Below(string path, string name) => path.Length == 0 ? name : $"{path}:{name}";
}
