using Thrum.Detector.Calibration;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Operating;

namespace Thrum.Detector.Baselines;

/// <summary>What an axis without a model has: a baseline, or one for each band of speed or load, and the healthy windows it keeps to learn a model from.</summary>
internal sealed class AxisBaselines
{
    private const string Part = "baseline";
    private const string CollectionPart = "healthy";

    private readonly List<(OperatingBand? Band, BaselineState State)> _states = [];
    private readonly List<string> _parts = [];

    /// <param name="lane">The lane of such axes.</param>
    /// <param name="sampleRateHz">Rate of the axis.</param>
    /// <param name="bands">The bands; empty where there are none.</param>
    /// <param name="parts">Where they are saved.</param>
    public AxisBaselines(BaselineLane lane, double sampleRateHz, IReadOnlyList<OperatingBand> bands, CheckpointParts parts)
    {
        foreach (OperatingBand? band in bands.DefaultIfEmpty())
        {
            _states.Add((band, lane.NewState(sampleRateHz)));
            Set(band is null ? Part : $"{Part}/{band.Name}", _states[^1].State, parts);
        }

        // A model of all bands would have one calibration for them.
        Collection = bands.Count == 0 ? lane.NewCollection(sampleRateHz) : null;
        if (Collection is not null)
        {
            Set(CollectionPart, Collection, parts);
        }
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

    /// <summary>Takes other distributions of the scores for the bands that have some.</summary>
    public void Use(Func<OperatingBand?, CalibrationTable?> tableOf) => _states.ForEach(entry => entry.State.Use(tableOf(entry.Band)));

    /// <summary>Takes its parts out of the state of an axis that a model scores now.</summary>
    public void RemoveFrom(CheckpointParts parts) => _parts.ForEach(parts.Remove);

    private void Set(string name, ICheckpointed part, CheckpointParts parts)
    {
        parts.Set(name, part);
        _parts.Add(name);
    }
}
