using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Thrum.Detector;

namespace Thrum.Gateway.Configuration;

/// <summary>Checks options against their annotations and cross-field rules, with everything nested in them.</summary>
internal static class OptionsFaults
{
    /// <summary>Every fault: setting, value, what was expected.</summary>
    /// <param name="options">The options object.</param>
    /// <param name="path">Its place in the configuration, empty at the root.</param>
    public static IEnumerable<string> Of(object options, string path)
    {
        foreach (PropertyInfo property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            string name = path.Length == 0 ? property.Name : $"{path}:{property.Name}";
            object? value = property.GetValue(options);
            foreach (string fault in OfValue(options, property, value, name))
            {
                yield return fault;
            }
        }

        if (options is ICrossChecked crossChecked)
        {
            foreach (string fault in crossChecked.Faults())
            {
                yield return path.Length == 0 ? fault : path + (BeginsWithSetting(fault, options.GetType()) ? ":" : ": ") + fault;
            }
        }
    }

    private static IEnumerable<string> OfValue(object owner, PropertyInfo property, object? value, string name)
    {
        foreach (ValidationAttribute rule in property.GetCustomAttributes<ValidationAttribute>())
        {
            if (!rule.IsValid(value))
            {
                yield return $"{name} is {Show(value)}, expected {Expectation(rule)}";
            }
        }

        IEnumerable<(object Item, string Name)> nested = value switch
        {
            null or string or IDictionary => [],
            IEnumerable list => list.Cast<object>().Select((item, i) => (item, $"{name}:{i}")),
            _ => [(value, name)],
        };
        foreach (string fault in nested.Where(n => IsOptions(n.Item.GetType())).SelectMany(n => Of(n.Item, n.Name)))
        {
            yield return fault;
        }
    }

    private static bool BeginsWithSetting(string fault, Type options) =>
        options.GetProperties().Any(property => fault.StartsWith(property.Name + " ", StringComparison.Ordinal));

    private static bool IsOptions(Type type) => type.Namespace?.StartsWith("Thrum", StringComparison.Ordinal) == true && !type.IsEnum;

    private static string Show(object? value) => value switch
    {
        null => "missing",
        string { Length: 0 } or ICollection { Count: 0 } => "empty",
        _ => $"'{value}'",
    };

    private static string Expectation(ValidationAttribute rule) => rule switch
    {
        RangeAttribute range => $"a value from {range.Minimum} to {range.Maximum}",
        RequiredAttribute => "a value",
        MinLengthAttribute length => $"a list of at least {length.Length}",
        RegularExpressionAttribute pattern => pattern.ErrorMessage ?? $"text of the form {pattern.Pattern}",
        _ => rule.FormatErrorMessage("the value"),
    };
}
