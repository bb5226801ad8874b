namespace Thrum.Detector.Metrics;

/// <summary>
/// Metrics compiled for a window length and rate, evaluated together: one pass over the samples for d², |d| and <c>lmse</c>, one more for
/// whichever of the other elementwise metrics are asked for, and the bins. Holds scratch memory: one per shard, not thread-safe.
/// Evaluation allocates nothing.
/// </summary>
public sealed class MetricSet
{
    private readonly Term[][] _metrics;
    private readonly double _scale;
    private readonly FftErrors? _spectrum;
    private readonly FurtherErrors _further;
    private readonly double[] _sums;
    private readonly float[] _axisValues;
    private readonly int _axes;

    private MetricSet(Term[][] metrics, FftErrors? spectrum, double scale, ExceedanceSpec[] exceedances, int axes)
    {
        _axes = axes;
        _axisValues = new float[axes * metrics.Length];
        _metrics = metrics;
        _scale = scale;
        _spectrum = spectrum;
        _further = new FurtherErrors(metrics.SelectMany(terms => terms).Select(term => term.Slot).ToHashSet(), exceedances, scale);
        _sums = new double[(int)ErrorSlot.FirstExceedance + exceedances.Length];
    }

    /// <summary>Number of metrics.</summary>
    public int Count => _metrics.Length;

    /// <summary>Compiles the metrics.</summary>
    /// <param name="metrics">The expressions.</param>
    /// <param name="windowSamples">Samples per window and axis.</param>
    /// <param name="sampleRateHz">Sampling rate, for bins given in Hz or by machine order.</param>
    /// <param name="scale">The scale s of <c>lmse</c> and <c>fl(…)</c>.</param>
    /// <param name="shaftHz">Revolutions of the shaft per second, for bins by machine order; null when it is not known.</param>
    /// <param name="axes">Axes of a window, one after the other; every metric is the mean over them.</param>
    /// <exception cref="FormatException">A bin does not exist in such a window, or an order is given without a shaft's frequency.</exception>
    public static MetricSet Compile(
        IReadOnlyList<MetricExpression> metrics, int windowSamples, double sampleRateHz, double scale, double? shaftHz = null, int axes = 1)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        int[][][] resolved = [.. metrics.Select(metric =>
            metric.Terms.Select(term => term.Bins?.Resolve(windowSamples, sampleRateHz, shaftHz) ?? []).ToArray())];
        int[] bins = [.. resolved.SelectMany(terms => terms).SelectMany(term => term).Distinct().Order()];
        ExceedanceSpec[] exceedances = [.. metrics.SelectMany(metric => metric.Terms).Select(term => term.Exceedance).OfType<ExceedanceSpec>().Distinct()];
        Term[][] compiled = [.. metrics.Select((metric, m) => metric.Terms.Select((term, t) => new Term(
            term.Kind is MetricKind.Sad or MetricKind.Exceedance or MetricKind.Fft ? term.Weight : term.Weight / windowSamples,
            Slot(term, exceedances),
            [.. resolved[m][t].Select(bin => Array.BinarySearch(bins, bin))])).ToArray())];
        FftErrors? spectrum = bins.Length == 0 ? null : new FftErrors(windowSamples, sampleRateHz, bins);
        return new MetricSet(compiled, spectrum, scale, exceedances, axes);
    }

    /// <summary>Evaluates every metric. A reconstruction with a NaN or infinite value makes them all NaN.</summary>
    /// <param name="y">The normalised window, [axes × windowSamples].</param>
    /// <param name="reconstruction">Its reconstruction, [axes × windowSamples].</param>
    /// <param name="values">Receives the metrics, [<see cref="Count"/>].</param>
    public void Evaluate(ReadOnlySpan<float> y, ReadOnlySpan<float> reconstruction, Span<float> values) => Evaluate(y, reconstruction, values, _axisValues);

    /// <summary>Evaluates every metric, over all axes and of each.</summary>
    /// <param name="y">The normalised window, [axes × windowSamples].</param>
    /// <param name="reconstruction">Its reconstruction, [axes × windowSamples].</param>
    /// <param name="values">Receives the means over the axes, [<see cref="Count"/>].</param>
    /// <param name="axisValues">Receives the metrics of each axis, [axes × <see cref="Count"/>], one axis after the other.</param>
    public void Evaluate(ReadOnlySpan<float> y, ReadOnlySpan<float> reconstruction, Span<float> values, Span<float> axisValues)
    {
        if (_axes == 1)
        {
            EvaluateAxis(y, reconstruction, values);
            values[..Count].CopyTo(axisValues);
            return;
        }

        int length = y.Length / _axes;
        for (int axis = 0; axis < _axes; axis++)
        {
            EvaluateAxis(y.Slice(axis * length, length), reconstruction.Slice(axis * length, length), axisValues.Slice(axis * Count, Count));
        }

        for (int m = 0; m < Count; m++)
        {
            double sum = 0;
            for (int axis = 0; axis < _axes; axis++)
            {
                sum += axisValues[(axis * Count) + m];
            }

            values[m] = (float)(sum / _axes);
        }
    }

    private void EvaluateAxis(ReadOnlySpan<float> y, ReadOnlySpan<float> reconstruction, Span<float> values)
    {
        ReconstructionError error = ReconstructionError.Of(y, reconstruction, _scale);
        if (!double.IsFinite(error.SumAbsolute))
        {
            values[..Count].Fill(float.NaN);
            return;
        }

        _sums.AsSpan().Clear();
        if (!_further.IsEmpty)
        {
            _further.Add(y, reconstruction, error.MaximumSquare, _sums);
        }

        _sums[(int)ErrorSlot.Squares] = error.SumSquares;
        _sums[(int)ErrorSlot.Absolutes] = error.SumAbsolute;
        _sums[(int)ErrorSlot.FlippedSquares] = error.SumLogarithmic;
        _spectrum?.Compute(y, reconstruction);
        for (int m = 0; m < _metrics.Length; m++)
        {
            double sum = 0;
            foreach (Term term in _metrics[m])
            {
                sum += term.Factor * (term.Bins.Length > 0 ? _spectrum!.Mean(term.Bins) : _sums[(int)term.Slot]);
            }

            values[m] = (float)sum;
        }
    }

    private static ErrorSlot Slot(MetricTerm term, ExceedanceSpec[] exceedances) => term switch
    {
        { Kind: MetricKind.Mae or MetricKind.Sad } => ErrorSlot.Absolutes,
        { Kind: MetricKind.Lmse } or { Inner: MetricKind.Mse } => ErrorSlot.FlippedSquares,
        { Kind: MetricKind.LmseMax } => ErrorSlot.FlippedSquaresOfMaximum,
        { Kind: MetricKind.Msle } => ErrorSlot.SquaredLogarithms,
        { Kind: MetricKind.Relative } => ErrorSlot.Relatives,
        { Inner: MetricKind.Mae } => ErrorSlot.FlippedAbsolutes,
        { Inner: MetricKind.Msle } => ErrorSlot.FlippedSquaredLogarithms,
        { Inner: MetricKind.Relative } => ErrorSlot.FlippedRelatives,
        { Exceedance: { } exceedance } => ErrorSlot.FirstExceedance + Array.IndexOf(exceedances, exceedance),
        _ => ErrorSlot.Squares,
    };

    /// <param name="Factor">Weight, divided by the window's length where the metric is a mean.</param>
    /// <param name="Slot">The sum; unused where there are bins.</param>
    /// <param name="Bins">Places in the shared list of bins; empty for elementwise metrics.</param>
    private sealed record Term(double Factor, ErrorSlot Slot, int[] Bins);
}
