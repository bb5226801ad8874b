using System.CommandLine;
using System.Globalization;
using Thrum.Gateway.Backup;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum backup create|restore</c>: configuration, models and store in one file.</summary>
internal static class BackupCommand
{
    public static Command Create(TimeProvider time) => new("backup", "Save configuration, models and store to one file, or put them back") { Save(time), Restore() };

    private static Command Save(TimeProvider time)
    {
        var archive = new Argument<string>("archive") { Description = "The file to make, such as thrum.zip; it holds the configuration's passwords" };
        var config = new Option<string>("--config", "-c") { Description = "The configuration file", DefaultValueFactory = _ => "thrum.json" };
        Option<string[]> set = OptionFactory.Set();
        Option<bool> json = OptionFactory.Json();
        var command = new Command("create", "Save configuration, models and store; the gateway may be running") { archive, config, set, json };
        command.Does(async (parsed, _) =>
        {
            string path = parsed.GetValue(archive)!;
            BackupManifest manifest = await BackupWriter.WriteAsync(path, parsed.GetValue(config)!, parsed.GetValue(set)!, time).ConfigureAwait(false);
            Report(parsed.GetValue(json), manifest, $"Saved {Contents(manifest)} to {path}", [path]);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Restore()
    {
        var archive = new Argument<string>("archive") { Description = "A file that 'thrum backup create' made" };
        var folder = new Option<string>("--to") { Description = "The folder for the configuration and what lay below it", DefaultValueFactory = _ => "." };
        var force = new Option<bool>("--force") { Description = "Overwrite files that exist" };
        var outside = new Option<bool>("--outside") { Description = "Also write files that lay outside the configuration's folder, where they lay" };
        Option<bool> json = OptionFactory.Json();
        var command = new Command("restore", "Put a backup back; the gateway must not be running") { archive, folder, force, outside, json };
        command.Does(async (parsed, _) =>
        {
            (BackupManifest manifest, IReadOnlyList<string> written) = await BackupReader.RestoreAsync(
                parsed.GetValue(archive)!, parsed.GetValue(folder)!, parsed.GetValue(force), parsed.GetValue(outside)).ConfigureAwait(false);
            Report(parsed.GetValue(json), manifest, string.Create(CultureInfo.InvariantCulture, $"Restored {Contents(manifest)} of {manifest.Created:u}: {string.Join(", ", written)}"), written);
            return ExitCode.Done;
        });
        return command;
    }

    private static string Contents(BackupManifest manifest)
    {
        int models = manifest.Files.Count(file => file.Role == BackupRole.Model);
        string store = manifest.Files.Any(file => file.Role == BackupRole.Store) ? "the store" : "no store (there is none yet)";
        return string.Create(CultureInfo.InvariantCulture, $"the configuration, {models} {(models == 1 ? "model" : "models")} and {store}");
    }

    private static void Report(bool json, BackupManifest manifest, string words, IReadOnlyList<string> written)
    {
        if (json)
        {
            Terminal.WriteJson(new { thrum = manifest.Thrum, created = manifest.Created, storeVersion = manifest.StoreVersion, files = manifest.Files.Select(file => new { role = file.Role.ToString().ToLowerInvariant(), path = file.Path, bytes = file.Bytes, sha256 = file.Sha256 }), written });
        }
        else
        {
            Console.Out.WriteLine(words);
        }
    }
}
