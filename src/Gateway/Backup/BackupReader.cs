using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Backup;

/// <summary>Puts a backup back. Everything is unpacked and checked beside its place before the first file is put in it.</summary>
internal static class BackupReader
{
    private const string Unpacked = ".restoring";

    /// <summary>Restores into a folder.</summary>
    /// <param name="archive">The backup.</param>
    /// <param name="folder">The folder of the configuration.</param>
    /// <param name="force">True to overwrite what exists.</param>
    /// <param name="outside">True to write files that lay outside the configuration's folder where they lay.</param>
    /// <returns>The table of contents and where each file went.</returns>
    /// <exception cref="BackupException">It is no backup, damaged, made by a newer Thrum, or something is in its way.</exception>
    /// <exception cref="StoreException">The store in it does not fit, or a gateway has the one in its place open.</exception>
    public static async Task<(BackupManifest Manifest, IReadOnlyList<string> Written)> RestoreAsync(string archive, string folder, bool force, bool outside)
    {
        if (!File.Exists(archive))
        {
            throw new BackupException($"{archive} does not exist, expected a file that 'thrum backup create' made");
        }

        try
        {
            using ZipArchive zip = ZipFile.OpenRead(archive);
            BackupManifest manifest = ReadManifest(zip, archive);
            (BackupFile File, string Path)[] places = [.. manifest.Files.Select(file => (file, PlaceOf(file, folder, outside)))];
            if (!force && places.FirstOrDefault(place => File.Exists(place.Path)).Path is { } inTheWay)
            {
                throw new BackupException($"{inTheWay} exists: expected --force to overwrite it, or another folder");
            }

            await RestoreAsync(zip, archive, places).ConfigureAwait(false);
            return (manifest, [.. places.Select(place => place.Path)]);
        }
        catch (InvalidDataException e)
        {
            throw new BackupException($"{archive} is damaged or no backup: expected a file that 'thrum backup create' made", e);
        }
    }

    private static async Task RestoreAsync(ZipArchive zip, string archive, (BackupFile File, string Path)[] places)
    {
        try
        {
            foreach ((BackupFile file, string path) in places)
            {
                Unpack(zip, archive, file, path + Unpacked);
                if (file.Role == BackupRole.Store)
                {
                    await StoreCopy.CheckAsync(path + Unpacked).ConfigureAwait(false);
                }
            }

            // The store first: it is the one that may be in use.
            foreach ((BackupFile file, string path) in places.OrderByDescending(place => place.File.Role == BackupRole.Store))
            {
                if (file.Role == BackupRole.Store)
                {
                    StoreCopy.Replace(path + Unpacked, path);
                }
                else
                {
                    File.Move(path + Unpacked, path, overwrite: true);
                }
            }
        }
        finally
        {
            foreach ((_, string path) in places.Where(place => File.Exists(place.Path + Unpacked)))
            {
                File.Delete(path + Unpacked);
            }
        }
    }

    private static BackupManifest ReadManifest(ZipArchive zip, string archive)
    {
        ZipArchiveEntry entry = zip.GetEntry(BackupManifest.EntryName)
            ?? throw new BackupException($"{archive} is no backup of Thrum: it has no {BackupManifest.EntryName}");
        try
        {
            using Stream content = entry.Open();
            BackupManifest manifest = JsonSerializer.Deserialize<BackupManifest>(content, BackupManifest.Json) ?? throw new JsonException();
            string? newer = manifest.Version > BackupManifest.CurrentVersion ? FormattableString.Invariant($"form {manifest.Version}, this one reads up to {BackupManifest.CurrentVersion}")
                : manifest.StoreVersion > StoreCopy.Version ? FormattableString.Invariant($"a store of version {manifest.StoreVersion}, this one reads up to {StoreCopy.Version}")
                : null;
            return newer is null ? manifest : throw new BackupException($"{archive} was made by a newer Thrum ({manifest.Thrum}): it has {newer}");
        }
        catch (JsonException e)
        {
            throw new BackupException($"{archive} is damaged: its {BackupManifest.EntryName} cannot be read", e);
        }
    }

    private static string PlaceOf(BackupFile file, string folder, bool outside)
    {
        string root = Path.GetFullPath(folder), path = Path.GetFullPath(file.Path, root);
        bool isInside = path.StartsWith(root.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        return isInside || outside ? path : throw new BackupException($"{file.Path} lay outside the configuration's folder: expected --outside to write it there");
    }

    private static void Unpack(ZipArchive zip, string archive, BackupFile file, string target)
    {
        ZipArchiveEntry entry = zip.GetEntry(file.Entry) ?? throw new BackupException($"{archive} is damaged: {file.Entry} is missing");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows() && file.Role == BackupRole.Configuration)
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var output = new FileStream(target, options);
        using Stream input = entry.Open();
        byte[] buffer = new byte[1 << 16];
        for (int read = input.Read(buffer); read > 0 && output.Length <= file.Bytes; read = input.Read(buffer))
        {
            output.Write(buffer.AsSpan(0, read));
        }

        output.Position = 0;
        if (output.Length != file.Bytes || Convert.ToHexStringLower(SHA256.HashData(output)) != file.Sha256)
        {
            throw new BackupException($"{archive} is damaged: {file.Entry} does not have the checksum it was saved with");
        }
    }
}
