using System.Text.Json.Serialization;

namespace Thrum.Gateway.Bench;

/// <summary>One measurement.</summary>
/// <param name="Url">Write address of the database, or <c>none</c>.</param>
/// <param name="Model">The ONNX file.</param>
/// <param name="Port">Broker port on loopback.</param>
/// <param name="Qos">Quality of service to subscribe with.</param>
/// <param name="Samples">Samples in a message.</param>
/// <param name="Messages">Messages that will be sent.</param>
/// <param name="Seconds">Longest time.</param>
internal sealed record BenchRequest(string Url, string Model, int Port, int Qos, int Samples, long Messages, double Seconds);

/// <summary>One measurement's result, with the keys that the other pipelines print.</summary>
internal sealed record BenchResult
{
    [JsonPropertyName("peer")]
    public string Peer { get; } = "thrum";

    [JsonPropertyName("qos")]
    public required int Qos { get; init; }

    [JsonPropertyName("samples_per_message")]
    public required int SamplesPerMessage { get; init; }

    [JsonPropertyName("messages")]
    public required long Messages { get; init; }

    [JsonPropertyName("samples")]
    public required long Samples { get; init; }

    [JsonPropertyName("windows")]
    public required long Windows { get; init; }

    /// <summary>From the first message until the last batch was acknowledged by the database.</summary>
    [JsonPropertyName("seconds")]
    public required double Seconds { get; init; }

    [JsonPropertyName("messages_per_s")]
    public required double MessagesPerS { get; init; }

    [JsonPropertyName("windows_per_s")]
    public required double WindowsPerS { get; init; }

    [JsonPropertyName("samples_per_s")]
    public required double SamplesPerS { get; init; }

    [JsonPropertyName("cpu_s")]
    public required double CpuS { get; init; }

    [JsonPropertyName("cpu_s_per_million_samples")]
    public required double CpuSPerMillionSamples { get; init; }

    [JsonPropertyName("peak_rss_mb")]
    public required double PeakRssMb { get; init; }

    /// <summary>Managed bytes allocated in the whole process, per message.</summary>
    [JsonPropertyName("bytes_per_message")]
    public required double BytesPerMessage { get; init; }

    [JsonPropertyName("lost")]
    public required long Lost { get; init; }

    [JsonPropertyName("mean_mse")]
    public required double MeanMse { get; init; }

    [JsonPropertyName("mean_lmse")]
    public required double MeanLmse { get; init; }

    [JsonPropertyName("mean_bins")]
    public required double[] MeanBins { get; init; }
}
