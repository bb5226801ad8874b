using Microsoft.Extensions.FileProviders;

namespace Thrum.Gateway.Configuration;

/// <summary>
/// Reads <c>thrum.json</c> (comments allowed), environment variables <c>THRUM__Section__Key</c> and <c>--set Section:Key=value</c>,
/// the later winning, into checked <see cref="ThrumOptions"/>.
/// </summary>
internal static class ConfigurationLoader
{
    public const string EnvironmentPrefix = "THRUM__";

    /// <summary>The options in the file, with relative paths made absolute against its folder.</summary>
    /// <exception cref="ConfigurationException">The file is missing or not JSON, a key is unknown or a value wrong; every fault is listed.</exception>
    public static ThrumOptions Load(string path, IReadOnlyList<string> settings)
    {
        string file = Path.GetFullPath(path);
        if (!File.Exists(file))
        {
            throw new ConfigurationException([$"The configuration file {file} does not exist; expected a JSON file such as 'thrum config init' writes"]);
        }

        try
        {
            using var files = new PhysicalFileProvider(Path.GetDirectoryName(file)!);
            return Bind(new ConfigurationBuilder().AddJsonFile(files, Path.GetFileName(file), optional: false, reloadOnChange: false), settings)
                .WithAbsolutePaths(Path.GetDirectoryName(file)!);
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            throw new ConfigurationException([$"The configuration file {file} is not JSON: {(e.InnerException ?? e).Message}"], e);
        }
    }

    private static ThrumOptions Bind(IConfigurationBuilder builder, IReadOnlyList<string> settings)
    {
        IConfigurationRoot root = builder.AddEnvironmentVariables(EnvironmentPrefix).AddInMemoryCollection(settings.Select(Split)).Build();
        string[] unknown = [.. UnknownKeys.Find(root, typeof(ThrumOptions))];
        if (unknown.Length > 0)
        {
            throw new ConfigurationException(unknown);
        }

        ThrumOptions options;
        try
        {
            options = root.Get<ThrumOptions>() ?? new ThrumOptions();
        }
        catch (InvalidOperationException e)
        {
            throw new ConfigurationException([Explain(e, root)], e);
        }

        string[] faults = [.. OptionsFaults.Of(options, "")];
        return faults.Length == 0 ? options : throw new ConfigurationException(faults);
    }

    private static KeyValuePair<string, string?> Split(string setting)
    {
        int equals = setting.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? KeyValuePair.Create(setting[..equals], (string?)setting[(equals + 1)..])
            : throw new ConfigurationException([$"--set '{setting}' was expected to be Section:Key=value"]);
    }

    /// <summary>The binder names key, value and type in one long message; people need the first two and what is allowed.</summary>
    private static string Explain(InvalidOperationException fault, IConfigurationRoot root)
    {
        string[] quoted = fault.Message.Split('\'');
        string? key = quoted.FirstOrDefault(part => part.Contains(':', StringComparison.Ordinal) && root[part] is not null) ?? quoted.ElementAtOrDefault(1);
        string expected = fault.InnerException?.InnerException is { } inner ? inner.Message : fault.InnerException?.Message ?? fault.Message;
        return $"{key} is '{(key is null ? null : root[key])}': {expected}";
    }
}
