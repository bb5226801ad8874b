using System.Numerics;
using Microsoft.Extensions.Logging;
using Thrum.Detector.Pipeline;

namespace Thrum.Detector.Baselines;

/// <summary>The baseline lanes of a shard, one per window length: at most eleven, however many rates there are.</summary>
internal sealed class BaselineLanes(BaselineOptions options, ShardOutput output, ILogger logger)
{
    private const int Shortest = 64;
    private const int Longest = 65_536;

    private readonly Dictionary<int, BaselineLane> _lanes = [];
    private readonly LaneModel _model = LaneModel.OfBaseline(options);

    /// <summary>True when axes without a model are scored.</summary>
    public bool IsEnabled => options.Enabled;

    /// <summary>True when axes with a model are scored besides.</summary>
    public bool AreBesideModels => options.Enabled && options.BesideModels;

    /// <summary>The lane for an axis of this rate.</summary>
    public BaselineLane For(double sampleRateHz)
    {
        double samples = Math.Clamp(options.Window.TotalSeconds * sampleRateHz, Shortest, Longest);
        int window = 1 << BitOperations.Log2((uint)samples);
        if (!_lanes.TryGetValue(window, out BaselineLane? lane))
        {
            _lanes.Add(window, lane = new BaselineLane(window, options, _model, output, logger));
        }

        return lane;
    }
}
