using Thrum.Detector.Quality;
using Thrum.Detector.Samples;
using Thrum.Spectral.Measures;

namespace Thrum.Detector.Trends;

/// <summary>What the trends of a shard share: their plan and scratch. Not thread-safe.</summary>
internal sealed class TrendDesk
{
    private readonly TrendOptions _options;
    private double[]? _scratch;

    public TrendDesk(TrendOptions options, ITransitionReceiver receiver)
    {
        _options = options;
        Plan = new TrendPlan(options);
        Receiver = receiver;
        Days = new double[Plan.RingBuckets];
        Values = new double[Plan.RingBuckets];
    }

    public TrendPlan Plan { get; }

    public ITransitionReceiver Receiver { get; }

    /// <summary>Room for the times of a series.</summary>
    public double[] Days { get; }

    /// <summary>Room for its values.</summary>
    public double[] Values { get; }

    /// <summary>Room for a line through them.</summary>
    public double[] Scratch => _scratch ??= new double[TrendLine.ScratchLength(Plan.RingBuckets)];

    /// <summary>The trends of an axis; null where no rule matches it.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="limits">The zones of its machine.</param>
    public AxisTrends? Open(AxisId axis, Iso20816Part3 limits)
    {
        TrendRuleOptions[] rules = [.. _options.Rules.Where(rule => rule.Matches(axis))];
        return rules.Length == 0 ? null : new AxisTrends(axis, this, rules, limits);
    }
}
