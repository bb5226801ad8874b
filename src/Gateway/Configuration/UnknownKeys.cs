using System.Collections;
using System.Reflection;

namespace Thrum.Gateway.Configuration;

/// <summary>Finds configuration keys that no option has: a misspelt key must not be silently ignored.</summary>
internal static class UnknownKeys
{
    /// <summary>One sentence per unknown key, naming the nearest known one.</summary>
    public static IEnumerable<string> Find(IConfiguration configuration, Type options)
    {
        foreach (IConfigurationSection section in configuration.GetChildren())
        {
            PropertyInfo? property = Settings(options).FirstOrDefault(p => p.Name.Equals(section.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
            {
                yield return $"Unknown setting '{section.Path}': did you mean '{Nearest(section, options)}'?";
                continue;
            }

            foreach (string fault in FindBelow(section, property.PropertyType))
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<string> FindBelow(IConfigurationSection section, Type type)
    {
        if (IsDictionary(type) || IsLeaf(type))
        {
            return [];
        }

        return ElementType(type) is { } element
            ? IsLeaf(element) ? [] : section.GetChildren().SelectMany(item => Find(item, element))
            : Find(section, type);
    }

    private static IEnumerable<PropertyInfo> Settings(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite);

    private static bool IsLeaf(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is var t && (t.IsPrimitive || t.IsEnum || t == typeof(string) || t == typeof(TimeSpan) || t == typeof(Uri) || t == typeof(decimal));

    private static bool IsDictionary(Type type) =>
        type.IsGenericType && type.GetGenericArguments().Length == 2;

    private static Type? ElementType(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type) ? type.GetGenericArguments()[0]
        : null;

    private static string Nearest(IConfigurationSection section, Type options)
    {
        string name = Settings(options).MinBy(property => Distance(property.Name.ToUpperInvariant(), section.Key.ToUpperInvariant()))?.Name ?? "";
        int parent = section.Path.LastIndexOf(':');
        return parent < 0 ? name : section.Path[..(parent + 1)] + name;
    }

    /// <summary>Levenshtein's edit distance.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[b.Length];
    }
}
