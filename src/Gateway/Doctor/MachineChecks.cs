using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Thrum.Detector.Calibration;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Http.Access;
using Thrum.Sink.Http;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Doctor;

/// <summary>Looks at the machine that the gateway runs on: its disk, the store, the port of the page.</summary>
internal static partial class MachineChecks
{
    private const long Scarce = 1L << 30;

    /// <summary>Of a shorter run, what was written tells no rate.</summary>
    private const double LeastForRateS = 60;

    /// <summary>A day's writing that small flash does not bear for more than about four years.</summary>
    private const long MuchPerDay = 10L << 30;

    /// <summary>What 32 GB of flash bear when each cell may be written 1000 times: an eMMC or SD card for industry, the least that a gateway has.</summary>
    private const double EnduranceBytes = 32e12;

    // Models, broker and databases are looked at as the file has them, which the gateway that answers need not.
    private const string NotAsked = "what it was started with by --set is considered here only where doctor is given it too";

    private static readonly TimeSpan ForAnswer = TimeSpan.FromSeconds(3);

    /// <summary>The folder of the store: free space and whether it can be written.</summary>
    public static IReadOnlyList<Finding> Disk(ThrumOptions options)
    {
        StoreOptions store = options.Store;
        string folder = Existing(Path.GetDirectoryName(store.Path)!);
        string probe = Path.Combine(folder, $".thrum-doctor-{Guid.NewGuid():N}");
        try
        {
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
                // That it could be made is all.
            }

            return [Finding.Ok("store folder", $"{folder} can be written"), JudgeSpace(folder, new DriveInfo(folder).AvailableFreeSpace, options)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [Finding.Fail("store folder", $"{folder} cannot be written: {e.Message}", "let this user write there, or set Store:Path elsewhere")];
        }
    }

    /// <summary>What the free space means for what the store may come to use.</summary>
    internal static Finding JudgeSpace(string folder, long free, ThrumOptions options)
    {
        (StoreOptions store, RecalibrationOptions scores) = (options.Store, options.Detector.Recalibration);
        long planned = store.HistoryBytes + store.EvidenceBytes + store.DeadLetterBytes + (store.Durability == Durability.Journal ? store.JournalBytes : 0) + (scores.KeptWindows > 0 ? scores.KeptBytes : 0);
        string text = string.Create(CultureInfo.InvariantCulture, $"{Size(free)} free at {folder}; the store may come to use {Size(planned)} and the outboxes");
        return free < Scarce / 10 ? Finding.Fail("disk", text, "make room: a full disk stops deliveries")
            : free < Math.Max(planned, Scarce) ? Finding.Warn("disk", text, "make room, or lower Store:HistoryBytes, Store:EvidenceBytes, Store:JournalBytes, Detector:Recalibration:KeptBytes and OutboxBytes")
            : Finding.Ok("disk", text);
    }

    /// <summary>The store itself, where there is one.</summary>
    public static async Task<Finding> StoreAsync(StoreOptions store)
    {
        if (!File.Exists(store.Path))
        {
            return Finding.Ok("store", $"{store.Path} does not exist yet; the gateway makes it");
        }

        try
        {
            int version = await StoreCopy.CheckAsync(store.Path).ConfigureAwait(false);
            return Finding.Ok("store", string.Create(CultureInfo.InvariantCulture, $"{store.Path} is sound, version {version}, {Size(new FileInfo(store.Path).Length)}"));
        }
        catch (StoreException e)
        {
            return Finding.Fail("store", e.Message, "if it is damaged, start the gateway, which takes over what can be read, or restore a backup ('thrum backup restore'); otherwise move the file away");
        }
    }

    /// <summary>A journal that memory mode will not read; null when there is nothing to say.</summary>
    public static async Task<Finding?> JournalAsync(StoreOptions store)
    {
        if (store.Durability == Durability.Journal)
        {
            return null;
        }

        try
        {
            long left = await LeftoverJournal.CountAsync(store).ConfigureAwait(false);
            return left == 0 ? null : Finding.Warn(
                "journal",
                string.Create(CultureInfo.InvariantCulture, $"{store.JournalPath} holds {left} messages that were acknowledged and never processed; Store:Durability is Memory, which leaves them unread"),
                "start once with Store:Durability Journal to process them, or delete the file");
        }
        catch (StoreException e)
        {
            return Finding.Warn("journal", e.Message, "delete the file, or move it away");
        }
    }

    /// <summary>The port of the page: ours, free, or another's; with what a running gateway tells of its writing.</summary>
    /// <param name="http">The settings of the page.</param>
    /// <param name="token">What opens the counters of a gateway that demands tokens; null for none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The findings, and the gateway's metrics where it answers.</returns>
    public static async Task<(IReadOnlyList<Finding> Findings, string? Metrics)> PortAsync(HttpOptions http, string? token, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!http.Enabled)
        {
            return ([Finding.Ok("page", "is switched off")], null);
        }

        var address = IPAddress.Parse(http.Address);
        if (http.Port == 0 || IsFree(address, http.Port))
        {
            return ([Finding.Ok("page", string.Create(CultureInfo.InvariantCulture, $"port {http.Port} is free; no gateway runs there"))], null);
        }

        using X509Certificate2? certificate = CertificateOf(http.Tls);
        var root = new UriBuilder(http.Tls.IsOn ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, http.Address, http.Port).Uri;
        HttpAnswer health = await AskAsync("healthz").ConfigureAwait(false);
        if (health.Status != 200 || health.Text.Trim() != "ok")
        {
            return ([Finding.Fail("page", string.Create(CultureInfo.InvariantCulture, $"port {http.Port} is taken by another program"), "set Http:Port to a free one")], null);
        }

        HttpAnswer ready = await AskAsync("readyz").ConfigureAwait(false);
        Finding gateway = ready.Status == 200
            ? Finding.Ok("gateway", $"runs at {root} and is ready; {NotAsked}")
            : Finding.Warn("gateway", $"runs at {root} and is not ready: {ready.Text.Trim()}; {NotAsked}", "see its reasons");
        HttpAnswer metrics = await AskAsync("metrics", token).ConfigureAwait(false);
        return metrics.Status == 200
            ? ([gateway, JudgeWritten(metrics.Text, time.GetUtcNow())], metrics.Text)
            : ([gateway, Finding.Warn("counters", $"{root}metrics answers {metrics.Status}", $"set {AccessToken.Variable} to a token of the gateway to have its counters judged and in the bundle")], null);

        // A token only once it is known who answers.
        Task<HttpAnswer> AskAsync(string path, string? token = null) => HttpProbe.GetAsync(new Uri(root, path), ForAnswer, time, cancellationToken, token, certificate);
    }

    /// <summary>The gateway's own certificate, which may be known to nobody else; null without one, or where it cannot be read and a gateway would not start.</summary>
    private static X509Certificate2? CertificateOf(HttpTlsOptions tls)
    {
        try
        {
            return tls.IsOn ? X509CertificateLoader.LoadCertificateFromFile(tls.CertificateFile) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return null;
        }
    }

    /// <summary>What a gateway wrote to its disk. A process that has run for a time tells a rate; the counters begin with it.</summary>
    internal static Finding JudgeWritten(string metrics, DateTimeOffset now)
    {
        double bytes = Written().Matches(metrics).Sum(match => double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        Match start = Started().Match(metrics);
        double seconds = start.Success ? (now - DateTimeOffset.UnixEpoch).TotalSeconds - double.Parse(start.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;
        double? perDay = seconds >= LeastForRateS ? bytes / seconds * 86400 : null;
        string text = $"{(perDay is { } rate ? $"{Size(rate)} per day" : $"{Size(bytes)} since the gateway started")}, and at most as much again for merging logs";
        return perDay > MuchPerDay
            ? Finding.Warn(
                "disk writes",
                string.Create(CultureInfo.InvariantCulture, $"{text}: 32 GB of flash whose cells bear 1000 writes would last {EnduranceBytes / (2 * perDay.Value * 365):0.0} years"),
                "compare with the endurance of your drive; Store:Durability Memory writes no journal")
            : Finding.Ok("disk writes", text);
    }

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Existing(string folder)
    {
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
        {
            folder = parent;
        }

        return folder;
    }

    private static string Size(double bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1L << 30):0.0} GiB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1L << 20):0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024:0.0} KiB"),
    };

    [GeneratedRegex("^thrum_disk_written_bytes_total\\S* (\\S+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Written();

    [GeneratedRegex("^process_start_time_seconds (\\S+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Started();
}
