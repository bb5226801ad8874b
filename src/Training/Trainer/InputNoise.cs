using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Thrum.Training.Models;

namespace Thrum.Training.Trainer;

/// <summary>
/// What denoising puts on the inputs and not on the targets. The host draws it from the seed, as it does dropout masks. Its level may move linearly from the
/// first epoch to the last. Immutable.
/// </summary>
internal sealed class InputNoise
{
    public const string Forms = "none, or gaussian:LEVEL, mask:SHARE, salt-pepper:SHARE or multiplicative:LEVEL, where LEVEL 0.3..0.1 moves from the first epoch to the last";

    private const double MaxLevel = 10;

    private readonly NoiseKind _kind;
    private readonly double _first;
    private readonly double _last;

    private InputNoise(NoiseKind kind, double first, double last)
    {
        _kind = kind;
        _first = first;
        _last = last;
    }

    /// <summary>False when inputs stay as they are.</summary>
    public bool IsOn => _kind != NoiseKind.None && (_first > 0 || _last > 0);

    /// <summary>Level in an epoch (from 1).</summary>
    public double Level(int epoch, int epochs) => epochs == 1 ? _first : _first + ((_last - _first) * (epoch - 1) / (epochs - 1));

    /// <summary>Fills the inputs.</summary>
    /// <param name="targets">[rows × window]</param>
    /// <param name="inputs">As long.</param>
    /// <param name="window">Length of a row.</param>
    /// <param name="level">See <see cref="Level"/>.</param>
    /// <param name="random">Where it is drawn from.</param>
    public void Apply(ReadOnlySpan<float> targets, Span<float> inputs, int window, double level, SeededRandom random)
    {
        for (int start = 0; start < targets.Length; start += window)
        {
            ReadOnlySpan<float> row = targets.Slice(start, window);
            (float low, float high) = _kind == NoiseKind.SaltAndPepper ? Range(row) : default;
            for (int i = 0; i < window; i++)
            {
                inputs[start + i] = _kind switch
                {
                    NoiseKind.Gaussian => row[i] + (float)(random.NextGaussian() * level),
                    NoiseKind.Multiplicative => row[i] * (float)(1 + (random.NextGaussian() * level)),
                    NoiseKind.Mask => random.NextSingle() < level ? 0 : row[i],
                    _ => SaltOrPepper(row[i], low, high, level, random.NextSingle()),
                };
            }
        }
    }

    /// <summary>Reads the text form; a bare number is Gaussian.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out InputNoise? noise, [NotNullWhen(false)] out string? fault)
    {
        string[] parts = text.Split(':');
        (string name, string level) = parts.Length switch
        {
            1 when text is "none" => ("none", "0"),
            1 => ("gaussian", text),
            2 => (parts[0], parts[1]),
            _ => ("", ""),
        };
        NoiseKind? kind = name switch
        {
            "none" when parts.Length == 1 => NoiseKind.None,
            "gaussian" => NoiseKind.Gaussian,
            "mask" => NoiseKind.Mask,
            "salt-pepper" => NoiseKind.SaltAndPepper,
            "multiplicative" => NoiseKind.Multiplicative,
            _ => null,
        };
        string[] ends = level.Split("..");
        double most = kind is NoiseKind.Mask or NoiseKind.SaltAndPepper ? 1 : MaxLevel, first = 0, last = 0;
        bool fits = kind is not null && ends.Length <= 2 && TryLevel(ends[0], most, out first) && TryLevel(ends[^1], most, out last);
        noise = fits ? new InputNoise(kind!.Value, first, last) : null;
        fault = fits ? null : $"Noise is '{text}'; expected {Forms}, a share from 0 to 1, a level from 0 to {MaxLevel}";
        return fits;
    }

    private static bool TryLevel(string text, double most, out double level) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out level) && level >= 0 && level <= most;

    /// <summary>Half of the share becomes the row's greatest value, half its least.</summary>
    private static float SaltOrPepper(float value, float low, float high, double share, float drawn) =>
        drawn >= share ? value : drawn < share / 2 ? high : low;

    private static (float Low, float High) Range(ReadOnlySpan<float> row)
    {
        float low = row[0], high = row[0];
        foreach (float value in row)
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        return (low, high);
    }

    private enum NoiseKind
    {
        None,
        Gaussian,
        Mask,
        SaltAndPepper,
        Multiplicative,
    }
}
