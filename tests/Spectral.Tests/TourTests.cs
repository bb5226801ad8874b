using Thrum.Spectral.Filters;
using Thrum.Spectral.Measures;
using Thrum.Spectral.Spectra;
using Thrum.Spectral.Transforms;
using Thrum.Spectral.Units;

namespace Thrum.Spectral.Tests;

/// <summary>The snippets of docs/signal-processing.md, line by line.</summary>
public sealed class TourTests
{
    private static readonly float[] Samples = [.. Enumerable.Range(0, 1024).Select(i => (float)(2 * Math.Sin(2 * Math.PI * 100.3 * i / 8000)))];

    [Fact]
    public void Spectra_OfTheTour_Read()
    {
        float[] samples = Samples;

        AmplitudeSpectrum spectrum = new(1024, SpectrumWindow.Hann);
        float[] amplitudes = new float[spectrum.BinCount];
        spectrum.Compute(samples, amplitudes, new float[spectrum.ScratchLength]);
        float at100Hz = amplitudes[spectrum.HzToBin(100, sampleRateHz: 8000)];

        ZoomSpectrum zoom = new(1024, 8000, lowHz: 90, highHz: 110, points: 401);
        float[] fine = new float[zoom.PointCount];
        zoom.Compute(samples, fine, new float[zoom.ScratchLength]);
        double peakHz = zoom.PointToHz(Array.IndexOf(fine, fine.Max()));

        Assert.InRange(at100Hz, 1.7, 2);
        Assert.Equal(100.3, peakHz, 0.1);
    }

    [Fact]
    public void Batch_OfTheTour_HasASpectrumPerWindow()
    {
        float[] samples = Samples;

        RealFft fft = RealFft.Get(256);
        int windows = samples.Length / fft.Length;
        float[] real = new float[windows * fft.SpectrumLength];
        float[] imaginary = new float[windows * fft.SpectrumLength];
        fft.ForwardMany(samples, real, imaginary, new float[fft.ManyScratchLength]);

        Assert.Equal(4, windows);
        Assert.All(imaginary.Chunk(fft.SpectrumLength), row => Assert.True(row.Max(Math.Abs) > 20));
    }

    [Fact]
    public void Filter_OfTheTour_StopsTheLine()
    {
        float[] samples = Samples;
        float[] filtered = new float[samples.Length];

        Biquad[] sections = IirDesign.Butterworth(4, FilterBand.BandPass(500, 2000, sampleRateHz: 8000));
        IStreamingFilter filter = new SosFilter(sections);
        filter.Process(samples.AsSpan(0, 300), filtered);
        filter.Process(samples.AsSpan(300), filtered.AsSpan(300));

        Assert.All(filtered[500..], value => Assert.Equal(0, value, 0.01));
    }

    [Fact]
    public void Measures_OfTheTour_Read()
    {
        float[] samples = Samples;

        VibrationMeasures measures = VibrationMeasures.Of(samples);
        VelocitySeverity severity = new(samples.Length, 8000, VibrationUnit.G, lowHz: 40);
        double velocity = severity.RmsMillimetresPerSecond(samples, new float[severity.ScratchLength]);
        SeverityZone? zone = Iso20816Part3.For(MachineGroup.Medium, MachineSupport.Rigid).Zone(velocity);

        VibrationAmplitude acceleration = new(1, VibrationUnit.G, AmplitudeKind.Rms);
        VibrationAmplitude sameMotion = acceleration.OfSine(50, VibrationUnit.Micrometres, AmplitudeKind.PeakToPeak);

        Assert.Equal(Math.Sqrt(2), measures.Rms, 0.02);
        Assert.Equal(2 / Math.Sqrt(2) * 9806.65 / (2 * Math.PI * 100.3), velocity, 0.1);
        Assert.Equal(SeverityZone.D, zone);
        Assert.Equal(2 * Math.Sqrt(2) * 9.80665e6 / Math.Pow(2 * Math.PI * 50, 2), sameMotion.Value, 1e-6);
    }

    [Fact]
    public void Snippets_OfTheDocument_AreThese()
    {
        string document = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "docs", "signal-processing.md"));
        string code = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "tests", "Spectral.Tests", "TourTests.cs"));
        string[] compiled = [.. code.Split('\n').Select(line => line.Trim())];
        string[] blocks = [.. document.Split("```csharp\n").Skip(1).Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)])];

        Assert.Equal(6, blocks.Length);
        Assert.All(blocks.SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries)), line => Assert.Contains(line.Trim(), compiled));
    }
}
