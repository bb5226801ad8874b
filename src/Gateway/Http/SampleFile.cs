using System.Globalization;
using Thrum.Ingest.Recordings;

namespace Thrum.Gateway.Http;

/// <summary>Samples as a file that other tools open.</summary>
internal static class SampleFile
{
    /// <summary>Answers with samples.</summary>
    /// <param name="format"><c>wav</c> (float32), <c>npy</c> (float32) or, where null, <c>json</c>.</param>
    /// <param name="name">Name of the file without its ending; signs that file systems refuse get <c>_</c>.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="sampleRateHz">Their rate.</param>
    /// <param name="json">The answer as JSON.</param>
    public static IResult Of(string? format, string name, IReadOnlyList<float> samples, double sampleRateHz, object json)
    {
        // A rate that went through a step in seconds and back is whole again.
        double rate = Math.Round(sampleRateHz, 6);
        return format switch
        {
            null or "json" => Results.Json(json),
            "npy" => Results.Bytes(RecordingWriter.ToBytes(".npy", [.. samples], rate), "application/octet-stream", FileName(name, "npy")),
            "wav" when rate != Math.Floor(rate) => Problems.BadRequest(string.Create(CultureInfo.InvariantCulture, $"format is 'wav', expected npy or json: a wave file cannot say {rate} Hz")),
            "wav" => Results.Bytes(RecordingWriter.ToBytes(".wav", [.. samples], rate), "audio/wav", FileName(name, "wav")),
            _ => Problems.BadRequest($"format is '{Problems.Cut(format)}', expected json, wav or npy"),
        };
    }

    private static string FileName(string name, string extension) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_')) + "." + extension;
}
