using Thrum.Gateway.Workflows;
using Thrum.Spectral.Diagnosis;
using Thrum.Spectral.Filters;
using Thrum.Spectral.Lines;
using Thrum.Spectral.Spectra;

namespace Thrum.Gateway.Inspect;

/// <summary>Cuts a recording down to what a page can show.</summary>
internal static class PlotBuilder
{
    private const int Columns = 2400;
    private const double DetailSeconds = 0.25;
    private const int DetailMost = 16384;
    private const int FrameMost = 1024;
    private const int FramesMost = 800;

    /// <summary>One byte of the spectrogram is a third of a decibel: 85 dB in all.</summary>
    private const double StepsPerDecibel = 3;

    public static InspectionPlots Build(Signal signal, MachineDiagnosis diagnosis, IReadOnlyList<Cursor> cursors)
    {
        float[] samples = signal.Samples;
        (float[] least, float[] greatest) = Extremes(samples);
        int detail = (int)Math.Min(Math.Min(DetailMost, samples.Length), Math.Max(64, DetailSeconds * signal.SampleRateHz));
        int start = Math.Clamp(PlaceOfPeak(samples) - (detail / 2), 0, samples.Length - detail);
        LineSpectrum spectrum = diagnosis.Spectrum, envelope = diagnosis.Envelope;
        (byte[] decibels, int frames, double seconds) = Spectrogram(signal);
        return new InspectionPlots(
            least,
            greatest,
            samples[start..(start + detail)],
            start,
            spectrum.Amplitudes.ToArray(),
            spectrum.BinHz,
            envelope.Amplitudes.ToArray(),
            envelope.BinHz,
            decibels,
            frames,
            seconds,
            cursors);
    }

    private static (float[] Least, float[] Greatest) Extremes(float[] samples)
    {
        int columns = Math.Min(Columns, samples.Length);
        float[] least = new float[columns], greatest = new float[columns];
        for (int i = 0; i < columns; i++)
        {
            int first = (int)((long)i * samples.Length / columns), end = (int)((i + 1L) * samples.Length / columns);
            (least[i], greatest[i]) = (samples[first], samples[first]);
            foreach (float sample in samples.AsSpan(first..end))
            {
                least[i] = Math.Min(least[i], sample);
                greatest[i] = Math.Max(greatest[i], sample);
            }
        }

        return (least, greatest);
    }

    private static int PlaceOfPeak(float[] samples)
    {
        int best = 0;
        for (int i = 1; i < samples.Length; i++)
        {
            best = Math.Abs(samples[i]) > Math.Abs(samples[best]) ? i : best;
        }

        return best;
    }

    private static (byte[] Decibels, int Frames, double FrameSeconds) Spectrogram(Signal signal)
    {
        int frame = Math.Min(FrameMost, signal.Samples.Length / 8);
        int hop = Math.Max(frame / 4, (signal.Samples.Length - frame) / FramesMost);
        var plan = new ShortTimeSpectrum(frame, hop, signal.SampleRateHz, SpectrumWindow.Hann, PowerScale.Density, Trend.Mean);
        int frames = plan.FrameCount(signal.Samples.Length);
        float[] power = new float[frames * plan.BinCount];
        plan.Power(signal.Samples, power, new float[plan.ScratchLength]);
        double greatest = power.Where(float.IsFinite).DefaultIfEmpty(0).Max();
        byte[] decibels = new byte[power.Length];
        for (int i = 0; i < power.Length; i++)
        {
            double below = 10 * Math.Log10(power[i] / greatest);
            decibels[i] = double.IsFinite(below) ? (byte)Math.Clamp(255 + (StepsPerDecibel * below), 0, 255) : (byte)0;
        }

        return (decibels, frames, hop / signal.SampleRateHz);
    }
}
