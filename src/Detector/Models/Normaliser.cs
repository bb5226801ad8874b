using System.Numerics;
using System.Numerics.Tensors;

namespace Thrum.Detector.Models;

/// <summary>
/// What becomes of values before they enter a model. Its parameters are one number each, or one per axis, or one per value of a window.
/// Immutable; two are equal when their metadata form is.
/// </summary>
public sealed class Normaliser : IEquatable<Normaliser>
{
    private readonly float[] _offsets;
    private readonly float[] _factors;
    private readonly bool _clamps;
    private readonly string _json;

    /// <summary>Z-score with the mean and the positive standard deviation of the training data, in the unit of the values.</summary>
    public Normaliser(double mean, double std)
        : this(NormaliserKind.ZScore, [mean], [std], false, NormaliserJson.ZScore(mean, std))
    {
    }

    internal Normaliser(NormaliserKind kind, double[] offsets, double[] divisors, bool clamps, string json)
    {
        Kind = kind;
        _offsets = [.. offsets.Select(value => (float)value)];
        _factors = [.. divisors.Select(value => (float)(1.0 / value))];
        _clamps = clamps;
        _json = json;
    }

    /// <summary>Z-score with a mean and a positive standard deviation for each axis.</summary>
    public static Normaliser ZScore(double[] means, double[] stds) => new(NormaliserKind.ZScore, means, stds, false, NormaliserJson.ZScore(means, stds));

    /// <summary>The kind.</summary>
    public NormaliserKind Kind { get; }

    /// <summary>How many sets of parameters there are: 1, the number of axes, or the number of values per window.</summary>
    public int ParameterCount => _offsets.Length;

    /// <summary>Metadata form, <c>{"kind":"zscore","mean":0,"std":0.5}</c>.</summary>
    public string ToJson() => _json;

    /// <summary>Reads the metadata form.</summary>
    /// <exception cref="FormatException">It is not that form; the message says what was expected and found.</exception>
    public static Normaliser Parse(string json) => NormaliserJson.Parse(json);

    /// <summary>
    /// Normalises <paramref name="values"/> into <paramref name="normalised"/> (same length, a multiple of <see cref="ParameterCount"/>). False
    /// when a value is NaN or infinite; the output is then undefined.
    /// </summary>
    public bool TryApply(ReadOnlySpan<float> values, Span<float> normalised)
    {
        int block = values.Length / _offsets.Length;
        if (Kind == NormaliserKind.Level)
        {
            return TryLevel(values, normalised);
        }

        bool finite;
        if (block == 1)
        {
            TensorPrimitives.Subtract(values, _offsets, normalised);
            TensorPrimitives.Multiply(normalised, _factors, normalised);
            finite = IsFinite(normalised);
        }
        else
        {
            finite = true;
            for (int i = 0; i < _offsets.Length; i++)
            {
                finite &= TryScale(values.Slice(i * block, block), normalised.Slice(i * block, block), _offsets[i], _factors[i]);
            }
        }

        if (finite && _clamps)
        {
            TensorPrimitives.Max(normalised[..values.Length], 0f, normalised);
            TensorPrimitives.Min(normalised[..values.Length], 1f, normalised);
        }

        return finite;
    }

    /// <inheritdoc/>
    public bool Equals(Normaliser? other) => other is not null && _json == other._json;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Normaliser);

    /// <inheritdoc/>
    public override int GetHashCode() => _json.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => _json;

    // A flat window has no shape: it becomes zeros.
    private static bool TryLevel(ReadOnlySpan<float> values, Span<float> normalised)
    {
        double mean = SumInDouble(values) / values.Length;
        if (!double.IsFinite(mean))
        {
            return false;
        }

        _ = TryScale(values, normalised, (float)mean, 1);
        double power = TensorPrimitives.SumOfSquares<float>(normalised[..values.Length]) / values.Length;
        return double.IsFinite(power)
            && TryScale(normalised[..values.Length], normalised, 0, power > 0 ? (float)(1 / Math.Sqrt(power)) : 0);
    }

    private static double SumInDouble(ReadOnlySpan<float> values)
    {
        // In portions: over a long window a float sum would lose the small samples.
        const int Portion = 1024;
        double sum = 0;
        for (int i = 0; i < values.Length; i += Portion)
        {
            sum += TensorPrimitives.Sum(values.Slice(i, Math.Min(Portion, values.Length - i)));
        }

        return sum;
    }

    private static bool IsFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryScale(ReadOnlySpan<float> values, Span<float> scaled, float offset, float factor)
    {
        var offsets = new Vector<float>(offset);
        var factors = new Vector<float>(factor);
        Vector<float> finite = Vector<float>.Zero;
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> y = (new Vector<float>(values[i..]) - offsets) * factors;
            y.CopyTo(scaled[i..]);

            // y − y is 0 for finite y and NaN otherwise, and NaN stays in the sum.
            finite += y - y;
        }

        float rest = Vector.Sum(finite);
        for (; i < values.Length; i++)
        {
            float y = (values[i] - offset) * factor;
            scaled[i] = y;
            rest += y - y;
        }

        return rest == 0;
    }
}
