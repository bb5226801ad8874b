using Thrum.Spectral.Spectra;

namespace Thrum.Spectral.Tests.Spectra;

public sealed class AmplitudeSpectrumTests
{
    [Theory]
    [InlineData(256)]
    [InlineData(255)]
    [InlineData(1)]
    [InlineData(2)]
    public void Compute_Rectangular_EqualsDefinition(int length)
    {
        float[] samples = Signals.Noise(length, 5);

        float[] amplitudes = Compute(new AmplitudeSpectrum(length), samples);

        Assert.Equal((length / 2) + 1, amplitudes.Length);
        Assert.All(amplitudes, (value, k) => Assert.Equal(Signals.Amplitude(samples, k), value, 1e-6));
    }

    [Theory]
    [InlineData(SpectrumWindow.Rectangular)]
    [InlineData(SpectrumWindow.Hann)]
    public void Compute_SineOnABin_ReadsItsAmplitude(SpectrumWindow window)
    {
        float[] amplitudes = Compute(new AmplitudeSpectrum(1000, window), Signals.Sine(1000, 40, amplitude: 2.5, phase: 1));

        Assert.Equal(2.5, amplitudes[40], 1e-5);
    }

    [Theory]
    [InlineData(SpectrumWindow.Rectangular)]
    [InlineData(SpectrumWindow.Hann)]
    public void Compute_ConstantPlusAlternation_ReadsDcAndNyquistOnce(SpectrumWindow window)
    {
        float[] samples = [.. Enumerable.Range(0, 64).Select(i => 3f + (i % 2 == 0 ? 0.5f : -0.5f))];

        float[] amplitudes = Compute(new AmplitudeSpectrum(64, window), samples);

        Assert.Equal(3, amplitudes[0], 1e-5);
        Assert.Equal(0.5, amplitudes[32], 1e-5);
    }

    [Fact]
    public void Compute_HannOffABin_LeaksLessThanRectangular()
    {
        float[] samples = Signals.Sine(1024, 100.5);

        float far = Compute(new AmplitudeSpectrum(1024, SpectrumWindow.Hann), samples)[140];
        float farRectangular = Compute(new AmplitudeSpectrum(1024), samples)[140];

        Assert.True(far < farRectangular / 100, $"Hann {far}, rectangular {farRectangular}");
    }

    [Fact]
    public void HzToBin_OfBinToHz_IsTheBin()
    {
        AmplitudeSpectrum spectrum = new(1200);

        Assert.Equal(10, spectrum.BinToHz(1, 12000));
        Assert.All(Enumerable.Range(0, 601), bin => Assert.Equal(bin, spectrum.HzToBin(spectrum.BinToHz(bin, 25600), 25600)));
        Assert.Equal(600, spectrum.HzToBin(1e9, 25600));
        Assert.Equal(0, spectrum.HzToBin(-5, 25600));
    }

    [Fact]
    public void Compute_WrongSpan_Throws()
    {
        AmplitudeSpectrum spectrum = new(64);
        float[] scratch = new float[spectrum.ScratchLength];

        Assert.Throws<ArgumentOutOfRangeException>(() => spectrum.Compute(new float[63], new float[33], scratch));
        Assert.Throws<ArgumentOutOfRangeException>(() => spectrum.Compute(new float[64], new float[32], scratch));
        Assert.Throws<ArgumentOutOfRangeException>(() => spectrum.Compute(new float[64], new float[33], scratch.AsSpan(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AmplitudeSpectrum(0));
    }

    private static float[] Compute(AmplitudeSpectrum spectrum, float[] samples)
    {
        float[] amplitudes = new float[spectrum.BinCount];
        spectrum.Compute(samples, amplitudes, new float[spectrum.ScratchLength]);
        return amplitudes;
    }
}
