using System.Globalization;
using Thrum.Spectral.Transforms;
using Thrum.Training.Reports;

namespace Thrum.Gateway.Workflows;

/// <summary>Drawings of what a network makes of validation windows, each axis by itself.</summary>
internal static class ReconstructionCharts
{
    /// <summary>Samples of a window that a drawing tells apart; of longer ones it shows the first.</summary>
    public const int MostSamples = 256;

    // Likewise the lines of a spectrum, that of 0 Hz included: neighbours share a place in longer ones.
    private const int MostLines = 257;

    // Three in a row: the windows of one axis.
    private const int Width = 380;
    private const int Height = 220;

    // From there on seconds are read better than milliseconds.
    private const double LongSeconds = 1;

    /// <summary>The windows of the least, the middle and the largest error, axis by axis.</summary>
    public static IEnumerable<string> Windows(TrainingStudy study)
    {
        ReconstructionProbe probe = study.Probe;
        int length = probe.Windows.WindowSamples / study.Axes, shown = Math.Min(length, MostSamples);
        int[] order = [.. Enumerable.Range(0, probe.Errors.Count).OrderBy(i => probe.Errors[i])];
        (string Name, int Index)[] windows = [("least", order[0]), ("median", order[order.Length / 2]), ("largest", order[^1])];
        double rate = study.Model.Options.SampleRateHz;
        (string label, double step) = rate <= 0 ? ("sample", 1) : shown / rate < LongSeconds ? ("time, ms", 1000 / rate) : ("time, s", 1 / rate);
        double[] times = [.. Enumerable.Range(0, shown).Select(i => i * step)];
        return Enumerable.Range(0, study.Axes).SelectMany(axis => windows.Select(window => new SvgChart(
            string.Create(CultureInfo.InvariantCulture, $"{Prefix(study, axis)}{window.Name} error, {probe.Errors[window.Index]:G3}"),
            label,
            "standard deviations",
            [
                new("", 0, times, Doubles(probe.Windows[window.Index].Slice(axis * length, shown))),
                new("", 1, times, Doubles(probe.Reconstructions[window.Index].Slice(axis * length, shown))),
            ])
        { IsWholeX = rate <= 0, Width = Width, Height = Height }.Draw()));
    }

    /// <summary>Root mean square of the amplitudes of all windows, reconstructions and errors, axis by axis.</summary>
    public static IEnumerable<string> Spectra(TrainingStudy study)
    {
        ReconstructionProbe probe = study.Probe;
        int length = probe.Windows.WindowSamples / study.Axes;
        float[] difference = new float[probe.Windows.Values.Length];
        for (int i = 0; i < difference.Length; i++)
        {
            difference[i] = probe.Windows.Values[i] - probe.Reconstructions.Values[i];
        }

        double rate = study.Model.Options.SampleRateHz, step = (rate > 0 ? rate : length) / length;
        int group = (int)Math.Ceiling(((length / 2) + 1) / (double)MostLines);
        double[] frequencies = [.. Enumerable.Range(0, (length / 2) + 1).Chunk(group).Select(lines => lines.Average() * step)];
        string unit = group == 1 ? "standard deviations" : $"standard deviations, the highest of {group} lines each";
        return Enumerable.Range(0, study.Axes).Select(axis => new SvgChart($"{Prefix(study, axis)}amplitude", rate > 0 ? "frequency, Hz" : "bin", unit,
        [
            new("window", 0, frequencies, Amplitudes(probe.Windows.Values, axis)),
            new("reconstruction", 1, frequencies, Amplitudes(probe.Reconstructions.Values, axis)),
            new("error", 2, frequencies, Amplitudes(difference, axis)) { IsDashed = group == 1 },
        ])
        { IsLogY = true }.Draw());

        double[] Amplitudes(ReadOnlySpan<float> values, int axis) => [.. Spectrum(values, length, axis, study.Axes).Chunk(group).Select(lines => lines.Max())];
    }

    private static string Prefix(TrainingStudy study, int axis) => study.Axes == 1 ? "" : $"{study.NameOf(axis)}: ";

    /// <summary>Root mean square of single-sided amplitudes over every <paramref name="axes"/>-th stretch from that of the axis on.</summary>
    private static double[] Spectrum(ReadOnlySpan<float> values, int length, int axis, int axes)
    {
        RealFft fft = RealFft.Get(length);
        float[] real = new float[fft.SpectrumLength], imaginary = new float[fft.SpectrumLength], scratch = new float[fft.ScratchLength];
        double[] power = new double[fft.SpectrumLength];
        int count = values.Length / (length * axes);
        for (int window = 0; window < count; window++)
        {
            fft.Forward(values.Slice(((window * axes) + axis) * length, length), real, imaginary, scratch);
            for (int k = 0; k < power.Length; k++)
            {
                power[k] += (((double)real[k] * real[k]) + ((double)imaginary[k] * imaginary[k])) / count;
            }
        }

        return [.. power.Select((value, k) => (k == 0 || 2 * k == length ? 1.0 : 2.0) / length * Math.Sqrt(value))];
    }

    private static double[] Doubles(ReadOnlySpan<float> values)
    {
        double[] doubles = new double[values.Length];
        for (int i = 0; i < doubles.Length; i++)
        {
            doubles[i] = values[i];
        }

        return doubles;
    }
}
