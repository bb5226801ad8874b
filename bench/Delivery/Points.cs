using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Windows;

namespace Thrum.Delivery;

/// <summary>Windows of 16 sensors, 20 ms apart per sensor, with six metrics each: the points of the peers' ceiling.</summary>
internal sealed class Points
{
    /// <summary>Metrics of a window.</summary>
    public const int Metrics = 6;

    private const int Sensors = 16;

    private static readonly string[] Names = ["mse", "lmse", "b0", "b1", "b2", "b3"];

    private readonly StreamRegistry _streams = new(1);
    private readonly ScoredModel _model = new("m", "0123456789ab", Names, Names);
    private readonly AxisStream[] _axes;

    public Points() => _axes = [.. Enumerable.Range(0, Sensors).Select(s => _streams.Resolve(new AxisId($"m{s / 4}", $"s{s % 4}", "x")))];

    /// <summary>Appends windows by their numbers; no two numbers make the same point.</summary>
    public void Append(ScoreBatch batch, long first, int count)
    {
        Span<float> metrics = stackalloc float[Metrics];
        for (long i = first; i < first + count; i++)
        {
            float e = i * 2654435761 % 1000003 / 1000003f;
            (metrics[0], metrics[1], metrics[2], metrics[3], metrics[4], metrics[5]) = (e, e * 1.5f, e * 0.3f, e * 0.2f, e * 0.1f, e * 0.05f);
            batch.Append(
                new WindowScore
                {
                    Stream = _axes[i % Sensors],
                    Model = _model,
                    TimeUnixNs = 1_700_000_000_000_000_000 + (i / Sensors * 20_000_000),
                    Status = WindowStatus.Valid,
                    State = AlarmState.Normal,
                    Score = e,
                    PValue = 0.5f,
                    Threshold = 1.25f,
                },
                metrics);
        }
    }
}
