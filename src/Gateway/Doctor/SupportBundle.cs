using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Thrum.Gateway.Cli;

namespace Thrum.Gateway.Doctor;

/// <summary>A ZIP file for whoever is asked for help: what was found, settings, versions, models, counters and log, without secrets.</summary>
internal static class SupportBundle
{
    /// <summary>What every bundle holds.</summary>
    public const string FindingsName = "doctor.json";

    /// <summary>Of a log, at most this much from its end.</summary>
    private const int LogBytes = 1 << 20;

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Web) { WriteIndented = true };

    /// <summary>Writes the file; one that exists is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="checkup">What was found.</param>
    /// <param name="log">A log file of the gateway; null for none.</param>
    /// <param name="time">The clock of the entries.</param>
    /// <exception cref="IOException">The bundle cannot be written or the log not be read.</exception>
    public static void Write(string path, Checkup checkup, string? log, TimeProvider time)
    {
        List<(string Name, string Text)> entries =
        [
            (FindingsName, Json(checkup.Findings.Select(DoctorCommand.Row))),
            ("configuration.json", Json(checkup.Settings)),
            ("versions.json", Json(VersionCommand.Versions())),
            ("models.json", Json(checkup.Models)),
        ];
        if (checkup.Metrics is { } metrics)
        {
            entries.Add(("metrics.txt", metrics));
        }

        if (log is not null)
        {
            entries.Add(("gateway.log", Tail(log)));
        }

        MadeFile.MakeFolder(path);
        using ZipArchive archive = new(new FileStream(path, FileMode.Create), ZipArchiveMode.Create);
        foreach ((string name, string text) in entries)
        {
            ZipArchiveEntry entry = archive.CreateEntry(name);
            entry.LastWriteTime = time.GetUtcNow();
            using Stream content = entry.Open();
            content.Write(Encoding.UTF8.GetBytes(checkup.Redact(text)));
        }
    }

    private static string Json(object document) => JsonSerializer.Serialize(document, Indented);

    private static string Tail(string log)
    {
        using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(Math.Max(0, file.Length - LogBytes), SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }
}
