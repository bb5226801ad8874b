namespace Thrum.Detector.Scores;

/// <summary>What the outside needs to know of the model that made a score. Immutable.</summary>
/// <param name="Name">The model's name: its file name without extension.</param>
/// <param name="Revision">First 12 hexadecimal digits of the SHA-256 of the model file, with its sidecar behind it where there is one.</param>
/// <param name="Metrics">Its metrics as written in the metric grammar, in the order of the values in <see cref="ScoreBatch.Metrics"/>.</param>
/// <param name="FieldKeys">The metrics' InfluxDB field keys, in the same order (<c>fft(120Hz..180Hz)</c> is <c>fft_120_180hz</c>).</param>
public sealed record ScoredModel(string Name, string Revision, IReadOnlyList<string> Metrics, IReadOnlyList<string> FieldKeys)
{
    /// <summary>Stands where a window could not be given to any model.</summary>
    public static ScoredModel None { get; } = new("", "", [], []);
}
