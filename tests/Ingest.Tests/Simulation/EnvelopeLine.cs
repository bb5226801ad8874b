using Thrum.Ingest.Simulation;
using Thrum.Spectral.Spectra;
using Thrum.Spectral.Transforms;

namespace Thrum.Ingest.Tests.Simulation;

/// <summary>How far a line stands out of the spectrum of the squared signal in the resonance's band.</summary>
internal readonly record struct EnvelopeLine(double PeakHz, double OverMedian)
{
    public static EnvelopeLine Measure(float[] signal, SimulatorOptions options, double lineHz)
    {
        float[] band = BandPass(signal, options.SampleRateHz, options.ResonanceHz - 1000, options.ResonanceHz + 1000);
        float[] squared = [.. band.Select(x => x * x)];
        AmplitudeSpectrum spectrum = new(squared.Length, SpectrumWindow.Hann);
        float[] amplitudes = new float[spectrum.BinCount];
        spectrum.Compute(squared, amplitudes, new float[spectrum.ScratchLength]);

        int from = spectrum.HzToBin(0.98 * lineHz, options.SampleRateHz);
        int to = spectrum.HzToBin(1.02 * lineHz, options.SampleRateHz);
        int peak = Enumerable.Range(from, to - from + 1).MaxBy(bin => amplitudes[bin]);
        float[] around = amplitudes[spectrum.HzToBin(20, options.SampleRateHz)..spectrum.HzToBin(500, options.SampleRateHz)];
        Array.Sort(around);
        return new EnvelopeLine(spectrum.BinToHz(peak, options.SampleRateHz), amplitudes[peak] / around[around.Length / 2]);
    }

    private static float[] BandPass(float[] signal, double rateHz, double lowHz, double highHz)
    {
        RealFft fft = RealFft.Get(signal.Length);
        float[] re = new float[fft.SpectrumLength];
        float[] im = new float[fft.SpectrumLength];
        float[] scratch = new float[fft.ScratchLength];
        fft.Forward(signal, re, im, scratch);
        for (int k = 0; k < re.Length; k++)
        {
            if (k * rateHz / signal.Length < lowHz || k * rateHz / signal.Length > highHz)
            {
                re[k] = im[k] = 0;
            }
        }

        float[] band = new float[signal.Length];
        fft.Inverse(re, im, band, scratch);
        return band;
    }
}
