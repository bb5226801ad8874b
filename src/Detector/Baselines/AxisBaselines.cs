using Thrum.Detector.Calibration;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Operating;

namespace Thrum.Detector.Baselines;

/// <summary>
/// What is known of an axis without a model: a baseline, or one for each band of speed or load, the healthy windows it keeps to learn a model from, and beside a model the windows of its own that
/// the same samples are cut into. It stays when a model comes or goes.
/// </summary>
internal sealed class AxisBaselines
{
    private const string Part = "baseline";
    private const string CollectionPart = "healthy";
    private const string BesidePart = "beside";

    private readonly (OperatingBand? Band, BaselineState State)[] _states;

    /// <param name="lane">Where its windows are scored.</param>
    /// <param name="sampleRateHz">Rate of the axis.</param>
    /// <param name="bands">The bands; empty where there are none.</param>
    public AxisBaselines(BaselineLane lane, double sampleRateHz, IReadOnlyList<OperatingBand> bands)
    {
        Lane = lane;
        SampleRateHz = sampleRateHz;
        _states = [.. bands.DefaultIfEmpty().Select(band => (band, lane.NewState(sampleRateHz)))];
    }

    public BaselineLane Lane { get; }

    public double SampleRateHz { get; }

    /// <summary>The healthy windows it keeps; null where it learns no model.</summary>
    public HealthyCollection? Collection { get; private set; }

    /// <summary>Its own windows; null where the axis's windows are the baseline's.</summary>
    public BesideWindows? Beside { get; private set; }

    /// <summary>Scores the axis's windows, or those beside a model.</summary>
    /// <param name="isBeside">True where a model scores the axis's windows.</param>
    /// <param name="learns">True where no model is assigned, so that one may be learned.</param>
    /// <param name="gate">Who says whether the machine runs; null when it always counts as running.</param>
    public void Place(bool isBeside, bool learns, OperatingGate? gate)
    {
        Beside = isBeside ? Beside ?? new BesideWindows(Lane, gate?.Another()) : null;

        // A model of all bands would have one calibration for them.
        Collection = learns && gate is not { Bands.Count: > 0 } ? Collection ?? Lane.NewCollection(SampleRateHz) : null;
    }

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
    public void Use(Func<OperatingBand?, CalibrationTable?> tableOf) => Array.ForEach(_states, entry => entry.State.Use(tableOf(entry.Band)));

    /// <summary>Adds them to the state of their axis.</summary>
    public void AddTo(CheckpointParts parts)
    {
        foreach ((OperatingBand? band, BaselineState state) in _states)
        {
            parts.Add(band is null ? Part : $"{Part}/{band.Name}", state);
        }

        parts.AddIfAny(CollectionPart, Collection);
        parts.AddIfAny(BesidePart, Beside);
    }
}
