using Thrum.Detector.Checkpoints;
using Thrum.Detector.Operating;

namespace Thrum.Detector.Baselines;

/// <summary>What an axis without a model has: a baseline, or one for each band of speed or load, and the healthy windows it keeps to learn a model from.</summary>
internal sealed class AxisBaselines
{
    private const string Part = "baseline";
    private const string CollectionPart = "healthy";

    private readonly (OperatingBand? Band, BaselineState State)[] _states;

    /// <param name="lane">The lane of such axes.</param>
    /// <param name="sampleRateHz">Rate of the axis.</param>
    /// <param name="bands">The bands; empty where there are none.</param>
    public AxisBaselines(BaselineLane lane, double sampleRateHz, IReadOnlyList<OperatingBand> bands)
    {
        _states = [.. bands.DefaultIfEmpty().Select(band => (band, lane.NewState(sampleRateHz)))];

        // A model of all bands would have one calibration for them.
        Collection = bands.Count == 0 ? lane.NewCollection(sampleRateHz) : null;
    }

    /// <summary>The healthy windows it keeps; null where it learns no model.</summary>
    public HealthyCollection? Collection { get; }

    /// <summary>What the axis was in a band.</summary>
    public BaselineState In(OperatingBand? band)
    {
        foreach ((OperatingBand? of, BaselineState state) in _states)
        {
            if (of == band)
            {
                return state;
            }
        }

        return _states[0].State;
    }

    /// <summary>Adds them to the state of their axis.</summary>
    public void AddTo(CheckpointParts parts)
    {
        foreach ((OperatingBand? band, BaselineState state) in _states)
        {
            parts.Add(band is null ? Part : $"{Part}/{band.Name}", state);
        }

        parts.AddIfAny(CollectionPart, Collection);
    }
}
