using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.FileProviders.Physical;
using Thrum.Ingest.Pipeline;

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
    public static ThrumOptions Load(string path, IReadOnlyList<string> settings) => Bind(Read(path, settings), Path.GetDirectoryName(Path.GetFullPath(path))!);

    /// <summary>Every setting as it stands in the file, the environment and <paramref name="settings"/>, not checked.</summary>
    /// <exception cref="ConfigurationException">The file is missing, cannot be read or is not JSON.</exception>
    public static IConfigurationRoot Read(string path, IReadOnlyList<string> settings)
    {
        string file = Path.GetFullPath(path);
        if (!File.Exists(file))
        {
            throw new ConfigurationException([$"The configuration file {file} does not exist; expected a JSON file such as 'thrum config init' writes"]);
        }

        try
        {
            // Files that begin with a dot are left out unless asked for.
            using var files = new PhysicalFileProvider(Path.GetDirectoryName(file)!, ExclusionFilters.None);
            return new ConfigurationBuilder().AddJsonFile(files, Path.GetFileName(file), optional: false, reloadOnChange: false)
                .AddEnvironmentVariables(EnvironmentPrefix).AddInMemoryCollection(settings.Select(Split)).Build();
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            throw new ConfigurationException([$"The configuration file {file} is not JSON: {e.GetBaseException().Message}"], e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([$"The configuration file {file} cannot be read: {e.Message}"], e);
        }
    }

    private static ThrumOptions Bind(IConfigurationRoot root, string folder)
    {
        SettingsReader settings = SettingsReader.Read(root, typeof(ThrumOptions));
        ThrumOptions options = new ConfigurationBuilder().AddInMemoryCollection(settings.Usable).Build().Get<ThrumOptions>() ?? new ThrumOptions();
        options = options.WithAbsolutePaths(folder);
        string[] faults = [.. settings.Faults, .. OptionsFaults.Of(options, "")];
        if (faults.Length == 0)
        {
            // What only the broker session knows; it can be asked once the rest is right.
            faults = [.. options.Mqtt.ToSession().Faults().Select(fault => $"Mqtt:{fault}")];
        }

        return faults.Length == 0 ? options : throw new ConfigurationException(faults);
    }

    private static KeyValuePair<string, string?> Split(string setting)
    {
        int equals = setting.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? KeyValuePair.Create(setting[..equals], (string?)setting[(equals + 1)..])
            : throw new ConfigurationException([$"--set '{setting}' was expected to be Section:Key=value"]);
    }
}
