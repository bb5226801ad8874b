using System.Text.Json;
using System.Text.RegularExpressions;
using Thrum.Gateway.Configuration;

namespace Thrum.Gateway.Doctor;

/// <summary>Knows what of a configuration is secret and takes it out of texts.</summary>
internal sealed partial class Secrets
{
    public const string Hidden = "(hidden)";

    /// <summary>Shorter values stand in too many harmless texts; where they are set they are hidden all the same.</summary>
    private const int ShortestSearched = 4;

    private readonly string[] _values;

    private Secrets(IEnumerable<string> values) =>
        _values = [.. values.Where(value => value.Length >= ShortestSearched).SelectMany(Spellings).Distinct().OrderByDescending(value => value.Length)];

    /// <summary>The secrets of all settings, read from wherever they stand.</summary>
    public static Secrets Of(IConfiguration settings)
    {
        var values = new List<string>();
        foreach ((string key, string? value) in settings.AsEnumerable())
        {
            if (!string.IsNullOrEmpty(value))
            {
                values.AddRange(IsSecret(key) ? [value] : IsUrl(key) ? PartsOf(value) : IsFile(key) ? FirstLine(value) : []);
            }
        }

        return new Secrets(values);
    }

    /// <summary>The same, with the password file, whose path is absolute only there.</summary>
    public Secrets With(ThrumOptions options) => new([.. _values, .. FirstLine(options.Mqtt.PasswordFile)]);

    /// <summary>A setting's value as it may be shown.</summary>
    public string? Show(string key, string? value) =>
        string.IsNullOrEmpty(value) ? value : IsSecret(key) ? Hidden : IsUrl(key) ? Host(value) : Redact(value);

    /// <summary>A text without any secret.</summary>
    public string Redact(string text) => _values.Aggregate(text, (shown, value) => shown.Replace(value, Hidden, StringComparison.Ordinal));

    /// <summary>Scheme, host and port of an address: the rest may be a secret, as the path of a chat's webhook is.</summary>
    public static string Host(string url) => Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Host.Length > 0 ? $"{uri.Scheme}://{uri.Authority}" : Hidden;

    private static IEnumerable<string> Spellings(string value) => [value, JsonEncodedText.Encode(value).Value, Uri.EscapeDataString(value)];

    private static IEnumerable<string> PartsOf(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri))
        {
            return [url];
        }

        IEnumerable<string> parts = [.. uri.UserInfo.Split(':', 2).Skip(1), .. uri.Query.TrimStart('?').Split('&').Where(pair => SecretWords().IsMatch(pair.Split('=')[0]) || pair.StartsWith("p=", StringComparison.Ordinal)).Select(pair => pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..])];
        // A path of many letters tells who may post, not where.
        IEnumerable<string> longParts = uri.AbsolutePath.Split('/').Where(part => part.Length >= 16);
        return parts.Concat(longParts).SelectMany(part => new[] { part, Uri.UnescapeDataString(part) });
    }

    private static string[] FirstLine(string path)
    {
        try
        {
            return path.Length > 0 && File.Exists(path) && File.ReadLines(path).FirstOrDefault() is { } line ? [line] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool IsSecret(string key) => SecretWords().IsMatch(key) && !IsFile(key);

    private static bool IsFile(string key) => key.EndsWith("PasswordFile", StringComparison.OrdinalIgnoreCase);

    private static bool IsUrl(string key) => key.EndsWith("Url", StringComparison.OrdinalIgnoreCase);

    // With room for a slip of the pen: a misspelt key holds its secret all the same.
    [GeneratedRegex("pass?w|secret|token|credential|apikey", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretWords();
}
