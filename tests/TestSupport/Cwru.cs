using System.Globalization;
using System.Text.Json;
using Thrum.Detector.Samples;

namespace Thrum.TestSupport;

/// <summary>A part of a recording of the CWRU bearing data, at 12 kHz once it is replayed.</summary>
/// <param name="Machine">The machine it stands for in a test.</param>
/// <param name="File">File name.</param>
/// <param name="Options">What the command line must be told about it.</param>
/// <param name="IsFaulty">Whether the bearing is damaged.</param>
public sealed record CwruRecording(string Machine, string File, IReadOnlyList<string> Options, bool IsFaulty)
{
    /// <summary>First level of the topic that it is published to.</summary>
    public string TopicRoot { get; init; } = "vibration";

    /// <summary>Where the file is; skips the test where the recordings are absent.</summary>
    public string Path => Require.SharedData("cwru", File);
}

/// <summary>What a replay published.</summary>
/// <param name="Samples">Number of samples.</param>
/// <param name="Messages">Number of messages, repeated ones included.</param>
public sealed record Published(long Samples, long Messages);

/// <summary>The CWRU recordings and a model trained on the first half of the healthy one.</summary>
public static class Cwru
{
    /// <summary>Samples per window of the model.</summary>
    public const int WindowSamples = 256;

    /// <summary>Samples between windows: half a window, 10.7 ms, so that windows overlap.</summary>
    public const int HopSamples = 128;

    /// <summary>Rate at which all recordings are replayed.</summary>
    public const int SampleRateHz = 12000;

    /// <summary>Time of the first sample of every replay.</summary>
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly Lazy<Task<string>> Model = new(TrainAsync);

    /// <summary>The half of the healthy recording that the model has not seen, decimated from 48 kHz.</summary>
    public static CwruRecording Healthy { get; } =
        new("healthy", "normal_0_97.mat", ["--rate", "48000", "--decimate", "4", "--axis", "DE", "--from", "0.5"], false);

    public static CwruRecording InnerRace { get; } = Fault("inner-race", "12k_Drive_End_IR007_0_105.mat");

    public static CwruRecording Ball { get; } = Fault("ball", "12k_Drive_End_B007_0_118.mat");

    public static CwruRecording OuterRace { get; } = Fault("outer-race", "12k_Drive_End_OR007@6_0_130.mat");

    public static IReadOnlyList<CwruRecording> All { get; } = [Healthy, InnerRace, Ball, OuterRace];

    /// <summary>Path of the model; it is trained once, with a fixed seed.</summary>
    public static Task<string> ModelAsync() => Model.Value;

    /// <summary>Windows that so many samples of one stream make.</summary>
    public static long WindowsIn(long samples) => samples < WindowSamples ? 0 : ((samples - WindowSamples) / HopSamples) + 1;

    /// <summary>The times of those windows: of the last sample of each.</summary>
    public static IReadOnlyList<long> WindowTimesUnixNs(long samples)
    {
        long start = UnixTime.ToNs(Start);
        List<long> times = [];
        for (long window = 0; window < WindowsIn(samples); window++)
        {
            long last = (window * HopSamples) + WindowSamples - 1;
            times.Add(start + (((last * 1_000_000_000) + (SampleRateHz / 2)) / SampleRateHz));
        }

        return times;
    }

    /// <summary>Publishes a recording to <c>vibration/{machine}/s1/DE</c>, or below another root, with QoS 1.</summary>
    public static async Task<Published> ReplayAsync(int brokerPort, CwruRecording recording, params string[] options)
    {
        string[] arguments =
        [
            "replay", recording.Path, .. recording.Options,
            "--broker", string.Create(CultureInfo.InvariantCulture, $"mqtt://127.0.0.1:{brokerPort}"),
            "--topic", $"{recording.TopicRoot}/{recording.Machine}/s1/DE", "--qos", "1", "--start", Start.ToString("O", CultureInfo.InvariantCulture), "--json", .. options,
        ];
        JsonElement report = (await ThrumProgram.RunHereAsync(arguments)).Succeeded().Json;
        return new Published(report.GetProperty("samples").GetInt64(), report.GetProperty("messages").GetInt64());
    }

    private static CwruRecording Fault(string machine, string file) => new(machine, file, ["--rate", "12000", "--axis", "DE"], true);

    private static async Task<string> TrainAsync()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "cwru-first-half.onnx");
        (await ThrumProgram.RunHereAsync(
            "train", Healthy.Path, "--rate", "48000", "--decimate", "4", "--axis", "DE", "--to", "0.5", "-o", path,
            "--window", WindowSamples.ToString(CultureInfo.InvariantCulture), "--hop", HopSamples.ToString(CultureInfo.InvariantCulture))).Succeeded();
        return path;
    }
}
