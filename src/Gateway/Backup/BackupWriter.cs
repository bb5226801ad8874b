using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Thrum.Detector.Models;
using Thrum.Gateway.Cli;
using Thrum.Gateway.Configuration;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Backup;

/// <summary>Makes a backup of a configuration, its models and its store, which a running gateway may have open.</summary>
internal static class BackupWriter
{
    /// <summary>Writes the archive; it appears under its name when it is complete.</summary>
    /// <param name="archive">The file to make; it must not exist.</param>
    /// <param name="configuration">The configuration file.</param>
    /// <param name="settings">Settings that win over it; they are not in the backup.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="BackupException">The file exists, or something to be saved cannot be read.</exception>
    /// <exception cref="StoreException">The store cannot be copied.</exception>
    public static async Task<BackupManifest> WriteAsync(string archive, string configuration, IReadOnlyList<string> settings, TimeProvider time)
    {
        if (File.Exists(archive))
        {
            throw new BackupException($"{archive} exists, expected a new file");
        }

        ThrumOptions options = ConfigurationLoader.Load(configuration, settings);
        string unfinished = archive + ".part", storeCopy = archive + ".store";
        try
        {
            BackupManifest manifest = await WriteAsync(unfinished, storeCopy, options, Path.GetFullPath(configuration), time).ConfigureAwait(false);
            File.Move(unfinished, archive);
            return manifest;
        }
        finally
        {
            File.Delete(unfinished);
            File.Delete(storeCopy);
        }
    }

    private static async Task<BackupManifest> WriteAsync(string target, string storeCopy, ThrumOptions options, string configuration, TimeProvider time)
    {
        string folder = Path.GetDirectoryName(configuration)!;
        await using FileStream file = CreatePrivate(target);
        using ZipArchive zip = new(file, ZipArchiveMode.Create);
        List<BackupFile> files = [Add(zip, "configuration.json", BackupRole.Configuration, configuration, Path.GetFileName(configuration))];
        foreach (string path in ModelFiles(options))
        {
            string name = FormattableString.Invariant($"models/{files.Count - 1}{Path.GetExtension(path)}");
            files.Add(Add(zip, name, BackupRole.Model, path, Place(folder, path)));
        }

        if (File.Exists(options.Store.Path))
        {
            await StoreCopy.CopyAsync(options.Store.Path, storeCopy).ConfigureAwait(false);
            files.Add(Add(zip, "store.db", BackupRole.Store, storeCopy, Place(folder, options.Store.Path)));
        }

        var manifest = new BackupManifest
        {
            Thrum = VersionCommand.Versions().Thrum,
            Created = time.GetUtcNow(),
            StoreVersion = StoreCopy.Version,
            Files = files,
        };
        await using Stream entry = await zip.CreateEntry(BackupManifest.EntryName).OpenAsync().ConfigureAwait(false);
        await JsonSerializer.SerializeAsync(entry, manifest, BackupManifest.Json).ConfigureAwait(false);
        return manifest;
    }

    /// <summary>The models, their candidates, what stands beside them, and what was learned here. What may be absent and is, is left out.</summary>
    private static IEnumerable<string> ModelFiles(ThrumOptions options)
    {
        IEnumerable<string> configured = options.Detector.Models.Where(model => !model.Optional || File.Exists(model.Path)).Select(model => model.Path);
        IEnumerable<string> candidates = options.Detector.Models.Select(model => model.Shadow).Where(File.Exists);
        string[] onnx = [.. configured.Concat(candidates)];
        IEnumerable<string> learned = Directory.Exists(options.Store.LearnedFolder) ? Directory.EnumerateFiles(options.Store.LearnedFolder).Order(StringComparer.Ordinal) : [];
        return onnx.Concat(onnx.Select(path => path + ModelFile.SidecarEnding).Where(File.Exists)).Concat(learned).Distinct();
    }

    /// <summary>For this user only: a configuration may hold passwords.</summary>
    private static FileStream CreatePrivate(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    private static BackupFile Add(ZipArchive zip, string entry, BackupRole role, string source, string place)
    {
        if (!File.Exists(source))
        {
            throw new BackupException($"{source} does not exist, expected the {role.ToString().ToLowerInvariant()} that the configuration names");
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using FileStream input = File.OpenRead(source);
        using Stream output = zip.CreateEntry(entry).Open();
        byte[] buffer = new byte[1 << 16];
        long bytes = 0;
        for (int read = input.Read(buffer); read > 0; read = input.Read(buffer))
        {
            hash.AppendData(buffer.AsSpan(0, read));
            output.Write(buffer.AsSpan(0, read));
            bytes += read;
        }

        return new BackupFile(entry, role, place, bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static string Place(string folder, string path)
    {
        string relative = Path.GetRelativePath(folder, path);
        return Path.IsPathRooted(relative) || relative.StartsWith("..", StringComparison.Ordinal) ? path : relative.Replace('\\', '/');
    }
}
