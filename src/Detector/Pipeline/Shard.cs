using Microsoft.Extensions.Logging;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Pipeline;

/// <summary>
/// The state of the machines of one shard and the work on their samples: window, infer, score, alarm. One task owns it, so
/// nothing in it is locked.
/// </summary>
internal sealed class Shard : IDisposable
{
    private readonly DetectorOptions _options;
    private readonly IReadOnlyList<ModelAssignment> _assignments;
    private readonly ModelLane[] _lanes;
    private readonly UnscoredLane _unscored;
    private readonly ILogger _logger;
    private readonly List<RateState?> _states = [];

    public Shard(DetectorOptions options, IReadOnlyList<ModelAssignment> assignments, ShardOutput output, StageCounters counters, ILogger logger)
    {
        _options = options;
        _assignments = assignments;
        _lanes = [.. assignments.Select(assignment => new ModelLane(assignment, options.MaxBatch, output))];
        _unscored = new UnscoredLane(output);
        Counters = counters;
        _logger = logger;
    }

    public StageCounters Counters { get; }

    /// <summary>Takes one block of samples.</summary>
    public void Process(in SampleBlock block, ReadOnlySpan<float> samples)
    {
        Counters.AddReceived(1);
        switch (StateOf(block).Append(block, samples))
        {
            case BlockOutcome.Accepted:
                Counters.AddSent(1);
                break;
            case BlockOutcome.Late:
                Counters.AddDropped(DropReason.Late);
                break;
            default:
                Counters.AddDropped(DropReason.Duplicate);
                break;
        }
    }

    /// <summary>Scores the windows that wait for others.</summary>
    public void FlushLanes()
    {
        foreach (ModelLane lane in _lanes)
        {
            lane.Flush();
        }
    }

    public void Dispose()
    {
        foreach (ModelLane lane in _lanes)
        {
            lane.Dispose();
        }
    }

    private AxisState StateOf(in SampleBlock block)
    {
        int slot = block.Stream.Slot;
        while (_states.Count <= slot)
        {
            _states.Add(null);
        }

        if (_states[slot] is { } known && known.SampleRateHz == block.SampleRateHz)
        {
            return known.Axis;
        }

        // A new axis, or one that changed its rate: the model is chosen anew, because a model fits one rate only.
        _states[slot]?.Axis.Flush();
        AxisState state = Create(block.Stream, block.SampleRateHz);
        _states[slot] = new RateState(block.SampleRateHz, state);
        return state;
    }

    private AxisState Create(AxisStream stream, double sampleRateHz)
    {
        int index = -1;
        for (int i = 0; i < _assignments.Count && index < 0; i++)
        {
            index = _assignments[i].Matches(stream.Id) ? i : -1;
        }

        if (index < 0)
        {
            Log.NoModel(_logger, stream.Id);
            return new AxisState(stream, _unscored, OncePerSecond(sampleRateHz));
        }

        ModelAssignment assignment = _assignments[index];
        double expected = assignment.Model.Metadata.SampleRateHz;
        if (Math.Abs(sampleRateHz - expected) > RateTolerance * expected)
        {
            Log.RateMismatch(_logger, stream.Id, sampleRateHz, assignment.Model.Path, expected);
            return new AxisState(stream, _unscored, OncePerSecond(sampleRateHz));
        }

        return new AxisState(stream, _lanes[index], Options(assignment.Model.Metadata.WindowSamples, assignment.Model.Metadata.HopSamples));
    }

    // A sensor's crystal is off by some hundred parts per million at most; a wrong setting is off by far more.
    private const double RateTolerance = 1e-3;

    private WindowerOptions OncePerSecond(double sampleRateHz)
    {
        int samples = (int)Math.Clamp(Math.Round(sampleRateHz), 1, 1 << 20);
        return Options(samples, samples);
    }

    private WindowerOptions Options(int window, int hop) =>
        new(window, hop, ToNs(_options.StampTolerance), ToNs(_options.StreamTimeout));

    private static long ToNs(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;

    private sealed record RateState(double SampleRateHz, AxisState Axis);
}
