using System.Text.Json;

namespace Thrum.Gateway.Backup;

/// <summary>What a file of a backup is.</summary>
internal enum BackupRole
{
    Configuration,
    Model,
    Store,
}

/// <summary>A file of a backup.</summary>
/// <param name="Entry">Its name in the archive.</param>
/// <param name="Role">What it is.</param>
/// <param name="Path">Where it belongs: relative to the configuration's folder, or absolute when it lay elsewhere.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">SHA-256 of its bytes, hexadecimal.</param>
internal sealed record BackupFile(string Entry, BackupRole Role, string Path, long Bytes, string Sha256);

/// <summary>The table of contents of a backup.</summary>
internal sealed record BackupManifest
{
    public const string EntryName = "thrum-backup.json";
    public const int CurrentVersion = 1;

    /// <summary>As in <c>config check</c> and the API: camel case, names of enums.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web)
    {
        WriteIndented = true,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Version of the archive's form.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The program that made it.</summary>
    public required string Thrum { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>Version of the store's tables in it.</summary>
    public int StoreVersion { get; init; }

    public required IReadOnlyList<BackupFile> Files { get; init; }
}
