using System.Text.Json;
using Thrum.Spectral.Spectra;

namespace Thrum.Spectral.Tests.Spectra;

public sealed class WindowWeightsTests
{
    [Fact]
    public void Weights_EveryWindow_EqualSciPy()
    {
        foreach (JsonElement expected in References.Read("windows.json").EnumerateArray())
        {
            double[] weights = expected.Doubles("weights");
            SpectrumWindow window = Enum.Parse<SpectrumWindow>(expected.Text("window"));

            WindowWeights actual = new(window, weights.Length, expected.Double("parameter"), expected.GetProperty("symmetric").GetBoolean());

            References.AssertClose(weights, actual.Weights.ToArray(), 1e-6, 1e-8);
            Assert.Equal(expected.Double("coherentGain"), actual.CoherentGain, 1e-12);
            if (expected.GetProperty("noiseBandwidthBins").ValueKind == JsonValueKind.Number && actual.CoherentGain > 1e-6)
            {
                Assert.Equal(expected.Double("noiseBandwidthBins"), actual.NoiseBandwidthBins, 1e-10);
            }
        }
    }

    [Theory]
    [InlineData(SpectrumWindow.Rectangular, 1)]
    [InlineData(SpectrumWindow.Hann, 1.5)]
    [InlineData(SpectrumWindow.Hamming, 1.3628)]
    [InlineData(SpectrumWindow.BlackmanHarris, 2.0044)]
    [InlineData(SpectrumWindow.FlatTop, 3.7702)]
    public void NoiseBandwidthBins_LongWindow_IsTheTextbookFigure(SpectrumWindow window, double expected) =>
        Assert.Equal(expected, new WindowWeights(window, 4096).NoiseBandwidthBins, 5e-5);

    [Fact]
    public void Weights_TukeyAtItsEnds_AreRectangularAndHann()
    {
        Assert.Equal(new WindowWeights(SpectrumWindow.Rectangular, 33).Weights, new WindowWeights(SpectrumWindow.Tukey, 33, 0).Weights);
        References.AssertClose(
            [.. new WindowWeights(SpectrumWindow.Hann, 33).Weights.ToArray().Select(w => (double)w)],
            new WindowWeights(SpectrumWindow.Tukey, 33, 1).Weights.ToArray(),
            1e-6,
            1e-8);
    }

    [Theory]
    [InlineData(SpectrumWindow.Hann, 0, 0)]
    [InlineData(SpectrumWindow.Kaiser, 8, -1)]
    [InlineData(SpectrumWindow.Kaiser, 8, double.NaN)]
    [InlineData(SpectrumWindow.Tukey, 8, 1.1)]
    [InlineData((SpectrumWindow)99, 8, 0)]
    public void Constructor_ValueOutOfRange_Throws(SpectrumWindow window, int length, double parameter) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WindowWeights(window, length, parameter));

    [Theory]
    [InlineData(SpectrumWindow.FlatTop, 0, 0.002)]
    [InlineData(SpectrumWindow.BlackmanHarris, 0, 0.1)]
    [InlineData(SpectrumWindow.Kaiser, 8.6, 0.12)]
    public void Amplitude_LineBetweenBins_ReadsLowByTheScallopLoss(SpectrumWindow window, double parameter, double loss)
    {
        AmplitudeSpectrum spectrum = new(1024, window, parameter);
        float[] amplitudes = new float[spectrum.BinCount];

        spectrum.Compute(Signals.Sine(1024, 100.5, 3), amplitudes, new float[spectrum.ScratchLength]);

        Assert.InRange(amplitudes.Max() / 3, 1 - loss, 1.001);
    }
}
