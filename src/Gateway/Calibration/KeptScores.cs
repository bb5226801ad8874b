using Thrum.Detector.Calibration;

namespace Thrum.Gateway.Calibration;

/// <summary>The healthy scores of one axis and band of some time, in stretches without a gap.</summary>
internal sealed class KeptScores
{
    private readonly List<int> _blocks = [];

    private KeptScores(Dictionary<string, IReadOnlyList<float>> scores) => Scores = scores;

    /// <summary>The scores of each metric, in the order of time.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<float>> Scores { get; }

    /// <summary>Windows.</summary>
    public int Windows { get; private set; }

    /// <summary>Windows that were left out because an alarm stood.</summary>
    public int LeftOut { get; private set; }

    /// <summary>The first window.</summary>
    public long FromUnixNs { get; private set; } = long.MaxValue;

    /// <summary>The last window.</summary>
    public long ToUnixNs { get; private set; } = long.MinValue;

    /// <param name="windows">What was kept.</param>
    /// <param name="band">Hash of the band.</param>
    /// <param name="metrics">The metrics to take.</param>
    /// <param name="places">Their places among those of a window.</param>
    public static KeptScores Of(IReadOnlyList<KeptWindow> windows, int band, IReadOnlyList<string> metrics, IReadOnlyList<int> places)
    {
        List<float>[] scores = [.. metrics.Select(_ => new List<float>())];
        var kept = new KeptScores(metrics.Select((metric, i) => (metric, i)).ToDictionary(entry => entry.metric, entry => (IReadOnlyList<float>)scores[entry.i]));
        long usual = UsualStep(windows), last = 0;
        bool continues = false;
        foreach (KeptWindow window in windows)
        {
            // A step and a half: windows follow each other on a grid.
            continues &= window.TimeUnixNs - last <= usual + (usual / 2);
            last = window.TimeUnixNs;
            if (window.Band != band || !window.IsHealthy)
            {
                kept.LeftOut += window.Band == band ? 1 : 0;
                continues = false;
                continue;
            }

            kept.Add(window.TimeUnixNs, continues);
            continues = true;
            for (int i = 0; i < scores.Length; i++)
            {
                scores[i].Add(window.Metrics[places[i]]);
            }
        }

        return kept;
    }

    /// <summary>The scores as a budget is counted on.</summary>
    public HealthyScores Sequences(int hopSamples) => new(hopSamples, Scores.ToDictionary(entry => entry.Key, entry => HealthySequence.FromScores(entry.Value, _blocks)));

    private void Add(long timeUnixNs, bool continues)
    {
        Windows++;
        FromUnixNs = Math.Min(FromUnixNs, timeUnixNs);
        ToUnixNs = Math.Max(ToUnixNs, timeUnixNs);
        if (continues)
        {
            _blocks[^1]++;
        }
        else
        {
            _blocks.Add(1);
        }
    }

    private static long UsualStep(IReadOnlyList<KeptWindow> windows)
    {
        long[] steps = [.. windows.Zip(windows.Skip(1), (a, b) => b.TimeUnixNs - a.TimeUnixNs).Order()];
        return steps.Length == 0 ? 0 : steps[steps.Length / 2];
    }
}
