using Thrum.Detector.Features;
using Thrum.Detector.Metrics;
using Thrum.Detector.Models;

namespace Thrum.Detector.Tests.Features;

public sealed class FeatureExtractorTests
{
    private const int Window = 512;
    private const double RateHz = 5120;

    /// <summary>A line of amplitude A has the RMS amplitude A/√2, whatever the segments and the weighting.</summary>
    [Theory]
    [InlineData("log-spectrum", 256, 40)]
    [InlineData("{\"kind\":\"log-spectrum\",\"window\":\"rectangular\"}", 256, 40)]
    [InlineData("{\"kind\":\"log-spectrum\",\"segment\":128,\"floor\":1e-5}", 64, 10)]
    public void Extract_SineOnABin_ReadsItsLogAmplitude(string spec, int length, int bin)
    {
        var feature = new FeatureExtractor(FeatureSpec.Parse(spec), Window, RateHz);
        float[] values = new float[feature.Length];

        feature.Extract(Sine(400, 3), values);

        Assert.Equal(length, feature.Length);
        Assert.Equal(Math.Log(3 / Math.Sqrt(2)), values[bin - 1], 1e-4);
        Assert.Equal(values.Max(), values[bin - 1]);
    }

    [Fact]
    public void Extract_ModulatedCarrier_ShowsTheModulationInTheEnvelope()
    {
        var feature = new FeatureExtractor(FeatureSpec.Parse("{\"kind\":\"envelope-spectrum\",\"low\":1000,\"high\":2000,\"floor\":1e-9}"), Window, RateHz);
        float[] carrier = Sine(1500, 1);
        float[] modulation = Sine(100, 0.5);
        float[] values = new float[feature.Length];

        feature.Extract([.. carrier.Zip(modulation, (c, m) => c * (1 + m))], values);

        // Bins are 10 Hz; bin 0 is left out.
        Assert.Equal(10, Array.IndexOf(values, values.Max()) + 1);
    }

    [Theory]
    [InlineData("log-spectrum")]
    [InlineData("{\"kind\":\"envelope-spectrum\",\"low\":1000,\"high\":2000}")]
    public void Extract_SilenceAndNonFinite_GiveTheFloorAndNoFiniteValue(string spec)
    {
        var feature = new FeatureExtractor(FeatureSpec.Parse(spec), Window, RateHz);
        float[] values = new float[feature.Length];

        feature.Extract(new float[Window], values);
        Assert.All(values, value => Assert.Equal(Math.Log(1e-6), value, 1e-4));

        float[] broken = Sine(400, 1);
        broken[77] = float.NaN;
        feature.Extract(broken, values);
        Assert.Contains(values, value => !float.IsFinite(value));
    }

    [Theory]
    [InlineData("log-spectrum")]
    [InlineData("{\"kind\":\"envelope-spectrum\",\"low\":1000,\"high\":2000}")]
    [InlineData("waveform")]
    public void Extract_AnyFeature_AllocatesNothing(string spec)
    {
        var feature = new FeatureExtractor(FeatureSpec.Parse(spec), Window, RateHz);
        float[] samples = Sine(400, 1);
        float[] values = new float[feature.Length];

        Assert.Equal(0, Allocations.WhenWarm(() => feature.Extract(samples, values), runs: 20));
    }

    [Theory]
    [InlineData("{\"kind\":\"log-spectrum\",\"segment\":1024}", "expected a segment of 4 to 512 samples, the window, found 1024")]
    [InlineData("{\"kind\":\"envelope-spectrum\",\"low\":1000,\"high\":1010}", "expected a band of at least 4 bins of 10 Hz within 0..2560 Hz, found 1000..1010 Hz")]
    [InlineData("{\"kind\":\"envelope-spectrum\",\"low\":1000,\"high\":9000}", "expected a band of at least 4 bins of 10 Hz within 0..2560 Hz, found 1000..9000 Hz")]
    public void Construct_WindowTooShort_SaysWhatWouldDo(string spec, string reason)
    {
        string message = Assert.Throws<FormatException>(() => new FeatureExtractor(FeatureSpec.Parse(spec), Window, RateHz)).Message;

        Assert.EndsWith(reason, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"kind\":\"log-spectrum\",\"segment\":1.5}")]
    [InlineData("{\"kind\":\"log-spectrum\",\"window\":\"kaiser\"}")]
    [InlineData("{\"kind\":\"log-spectrum\",\"window\":\"2\"}")]
    [InlineData("{\"kind\":\"log-spectrum\",\"floor\":0}")]
    [InlineData("{\"kind\":\"log-spectrum\",\"segments\":2}")]
    [InlineData("{\"kind\":\"waveform\",\"floor\":1}")]
    [InlineData("{\"kind\":3}")]
    [InlineData("{")]
    [InlineData("Waveform")]
    public void Parse_NoForm_SaysWhatWasExpectedAndFound(string text)
    {
        string message = Assert.Throws<FormatException>(() => FeatureSpec.Parse(text)).Message;

        Assert.StartsWith("expected waveform, quantities, ", message, StringComparison.Ordinal);
        Assert.EndsWith($"found {text}", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("waveform")]
    [InlineData("quantities")]
    [InlineData("log-spectrum")]
    [InlineData("{\"kind\":\"log-spectrum\",\"segment\":64,\"window\":\"flattop\",\"floor\":0.001}")]
    [InlineData("{\"kind\":\"envelope-spectrum\",\"low\":0.5,\"high\":500}")]
    public void Parse_OfToString_GivesTheSameFeature(string text)
    {
        var feature = FeatureSpec.Parse(text);

        Assert.Equal(feature, FeatureSpec.Parse(feature.ToString()));
    }

    /// <summary>A normaliser with one mean per bin and two axes: bins are taken one axis after the other.</summary>
    [Fact]
    public void TryPrepare_TwoAxesOfSpectra_NormalisesEachValue()
    {
        var metadata = new ModelMetadata
        {
            WindowSamples = 8,
            HopSamples = 8,
            SampleRateHz = 8,
            Axes = new ModelAxes(2, []),
            Feature = FeatureSpec.Parse("{\"kind\":\"log-spectrum\",\"window\":\"rectangular\",\"floor\":1}"),
            Normaliser = Normaliser.Parse("{\"kind\":\"zscore\",\"mean\":[1,2,3,4,5,6,7,8],\"std\":[1,1,1,1,2,2,2,2]}"),
            Metrics = MetricExpression.ParseList(["mse"]),
        };
        var input = new ModelInput(metadata);
        float[] values = new float[input.Length];

        Assert.Equal((8, 4), (input.Length, input.LengthPerAxis));
        Assert.True(input.TryPrepare(new float[16], values));
        Assert.Equal([-1f, -2f, -3f, -4f, -2.5f, -3f, -3.5f, -4f], values);
        Assert.False(input.TryPrepare([.. Enumerable.Repeat(float.NaN, 16)], values));
    }

    private static float[] Sine(double hz, double amplitude) =>
        [.. Enumerable.Range(0, Window).Select(i => (float)(amplitude * Math.Sin(2 * Math.PI * hz * i / RateHz)))];
}
