using System.Globalization;

namespace Thrum.Gateway.Configuration;

/// <summary>
/// Which texts a setting's type accepts. Stricter than the binder: an enum's number is refused, and so is a duration without a
/// colon, which .NET would take for days.
/// </summary>
internal static class ValueText
{
    public static bool IsGood(string text, Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(string) => true,
        var t when t == typeof(bool) => bool.TryParse(text, out _),
        var t when t == typeof(int) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        var t when t == typeof(long) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        var t when t == typeof(double) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number),
        var t when t == typeof(TimeSpan) => text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out _),
        { IsEnum: true } t => Enum.GetNames(t).Contains(text, StringComparer.OrdinalIgnoreCase),
        var t => throw new NotSupportedException($"No setting may have the type {t}"),
    };

    public static string Expected(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(string) => "text",
        var t when t == typeof(bool) => "true or false",
        var t when t == typeof(int) || t == typeof(long) => "a whole number",
        var t when t == typeof(double) => "a number",
        var t when t == typeof(TimeSpan) => "a duration such as 00:00:30 (hours:minutes:seconds)",
        { IsEnum: true } t => string.Join(" or ", Enum.GetNames(t).Select(JsonName)),
        var t => throw new NotSupportedException($"No setting may have the type {t}"),
    };

    /// <summary>A name as the configuration file writes it: <c>Calibrated</c> is <c>calibrated</c>.</summary>
    public static string JsonName(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
