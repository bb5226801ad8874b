using Thrum.Detector.Calibration;
using Thrum.Detector.Features;
using Thrum.Detector.Metrics;
using Thrum.Detector.Models;

namespace Thrum.Detector.Tests.Models;

public sealed class ModelMetadataTests
{
    [Fact]
    public void FromProperties_OfToProperties_GivesTheSameMetadata()
    {
        var metadata = new ModelMetadata
        {
            WindowSamples = 256,
            HopSamples = 128,
            SampleRateHz = 97.656_25,
            Normaliser = new Normaliser(0.1, 1.0 / 3),
            Kind = "conv",
            Scale = 2.5,
            Metrics = MetricExpression.ParseList(["mse", "mse+0.5*fft(10Hz..20Hz)"]),
            Calibration = CalibrationTable.FromScores(new Dictionary<string, IReadOnlyList<float>> { ["mse"] = [0.1f, 0.2f, 0.4f] }),
            Axes = new ModelAxes(2, ["x", "y"]),
            Feature = FeatureSpec.Parse("{\"kind\":\"envelope-spectrum\",\"low\":500,\"high\":5000,\"floor\":1e-9}"),
            Layout = ModelLayout.ValuesBatchAxes,
            ShaftHz = 29.95,
            Training = "normal_0_97.mat sha256:00",
            Loss = "lmse",
            Date = "2026-11-22",
        };

        var read = ModelMetadata.FromProperties(metadata.ToProperties());

        Assert.Equal(metadata with { Metrics = [], Calibration = null, Axes = ModelAxes.One }, read with { Metrics = [], Calibration = null, Axes = ModelAxes.One });
        Assert.Equal(metadata.Metrics, read.Metrics);
        Assert.Equal(["x", "y"], read.Axes.Names);
        Assert.Equal(metadata.Calibration.ToJson(), read.Calibration!.ToJson());
    }

    [Fact]
    public void FromProperties_OnlyWhatIsMandatory_TakesTheDocumentedDefaults()
    {
        var read = ModelMetadata.FromProperties(Minimal());

        Assert.Equal(32, read.HopSamples);
        Assert.Equal("dense", read.Kind);
        Assert.Equal((1, FeatureSpec.Waveform, (ModelLayout?)null, (double?)null), (read.Axes.Count, read.Feature, read.Layout, read.ShaftHz));
        Assert.Equal(1, read.Scale);
        Assert.Null(read.Calibration);
        Assert.Equal(("", "", ""), (read.Training, read.Loss, read.Date));
    }

    [Theory]
    [InlineData("thrum.window", "an integer from 2 to 4194304")]
    [InlineData("thrum.rate", "a positive number")]
    [InlineData("thrum.normaliser", "a value")]
    [InlineData("thrum.metrics", "a value")]
    public void FromProperties_MandatoryKeyMissing_NamesIt(string key, string expected)
    {
        Dictionary<string, string> properties = Minimal();
        properties.Remove(key);

        string message = Assert.Throws<FormatException>(() => ModelMetadata.FromProperties(properties)).Message;

        Assert.StartsWith($"{key} is missing, expected {expected}", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("thrum.window", "1", "thrum.window is '1', expected an integer from 2 to 4194304")]
    [InlineData("thrum.window", "32.5", "thrum.window is '32.5', expected an integer from 2 to 4194304")]
    [InlineData("thrum.window", "99999999999", "thrum.window is '99999999999', expected an integer from 2 to 4194304")]
    [InlineData("thrum.hop", "0", "thrum.hop is '0', expected an integer from 1 to 16777216")]
    [InlineData("thrum.hop", "", "thrum.hop is '', expected an integer from 1 to 16777216")]
    [InlineData("thrum.rate", "0", "thrum.rate is '0', expected a positive number")]
    [InlineData("thrum.rate", "NaN", "thrum.rate is 'NaN', expected a positive number")]
    [InlineData("thrum.rate", "12 kHz", "thrum.rate is '12 kHz', expected a positive number")]
    [InlineData("thrum.rate", "1e999", "thrum.rate is '1e999', expected a positive number")]
    [InlineData("thrum.scale", "-1", "thrum.scale is '-1', expected a positive number")]
    [InlineData("thrum.axes", "0", "thrum.axes: expected a number from 1 to 256 or a JSON array of distinct names, found 0")]
    [InlineData("thrum.feature", "cepstrum", "thrum.feature: expected waveform, quantities, {\"kind\":\"log-spectrum\"")]
    [InlineData("thrum.feature", "{\"kind\":\"log-spectrum\",\"low\":1}", "thrum.feature: expected waveform, quantities, {\"kind\":\"log-spectrum\"")]
    [InlineData("thrum.layout", "time", "thrum.layout: expected batch,values or batch,axes,values")]
    [InlineData("thrum.metrics", "[]", "thrum.metrics: expected at least one metric, found none")]
    [InlineData("thrum.metrics", "[\"rms\"]", "thrum.metrics: metric 'rms': expected mse, mae, sad, lmse, lmse-max, msle, relative, fl(…), exceedance(…) or fft(…) at position 1, found 'rms'")]
    [InlineData("thrum.normaliser", "{}", "thrum.normaliser: expected {\"kind\":\"zscore\",\"mean\":<number>,\"std\":<positive>}, ")]
    [InlineData("thrum.calibration", "{", "thrum.calibration: expected a JSON object of score distributions, found: ")]
    public void FromProperties_BadValue_NamesKeyValueAndExpectation(string key, string value, string message)
    {
        Dictionary<string, string> properties = Minimal();
        properties[key] = value;

        Assert.StartsWith(message, Assert.Throws<FormatException>(() => ModelMetadata.FromProperties(properties)).Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Minimal() => new()
    {
        ["thrum.window"] = "32",
        ["thrum.rate"] = "1000",
        ["thrum.normaliser"] = "{\"kind\":\"zscore\",\"mean\":0,\"std\":1}",
        ["thrum.metrics"] = "[\"mse\"]",
    };
}
