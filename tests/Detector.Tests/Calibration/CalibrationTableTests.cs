using Thrum.Detector.Calibration;

namespace Thrum.Detector.Tests.Calibration;

public sealed class CalibrationTableTests
{
    [Fact]
    public void Parse_OfToJson_GivesTheSameTable()
    {
        var random = new Random(9);
        var table = CalibrationTable.FromScores(new Dictionary<string, IReadOnlyList<float>>
        {
            ["mse"] = [.. Enumerable.Range(0, 2000).Select(_ => (float)random.NextDouble())],
            ["mse+0.5*fft(120Hz..180Hz)"] = [0.1f, 1f / 3],
        });

        var read = CalibrationTable.Parse(table.ToJson());

        Assert.Equal(table.Metrics.Keys, read.Metrics.Keys);
        foreach ((string metric, ScoreDistribution distribution) in table.Metrics)
        {
            ScoreDistribution found = read.Metrics[metric];
            Assert.Equal(distribution with { Quantiles = [] }, found with { Quantiles = distribution.Quantiles } with { Quantiles = [] });
            Assert.Equal(distribution.Quantiles, found.Quantiles);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"mse\":1}")]
    [InlineData("{\"mse\":null}")]
    [InlineData("{\"mse\":{\"windows\":2,\"logMean\":0,\"logStd\":1}}")]
    [InlineData("{\"mse\":{\"windows\":2,\"logMean\":0,\"logStd\":1,\"quantiles\":null}}")]
    [InlineData("{\"mse\":{\"windows\":2,\"logMean\":0,\"logStd\":1,\"quantiles\":[]}}")]
    [InlineData("{\"mse\":{\"windows\":2,\"logMean\":0,\"logStd\":1,\"quantiles\":[2,1]}}")]
    [InlineData("{\"mse\":{\"windows\":2,\"logMean\":0,\"logStd\":1,\"quantiles\":[1,1e99]}}")]
    [InlineData("{\"mse\":{\"windows\":0,\"logMean\":0,\"logStd\":1,\"quantiles\":[1]}}")]
    [InlineData("{\"mse\":{\"windows\":1,\"logMean\":0,\"logStd\":-1,\"quantiles\":[1]}}")]
    [InlineData("{\"mse\":{\"windows\":1,\"logMean\":0,\"logStd\":1e999,\"quantiles\":[1]}}")]
    [InlineData("{\"mse\":{\"windows\":1,\"logMean\":1e999,\"logStd\":1,\"quantiles\":[1]}}")]
    public void Parse_NoConsistentTable_IsAFormatFault(string json) =>
        Assert.StartsWith("expected ", Assert.Throws<FormatException>(() => CalibrationTable.Parse(json)).Message, StringComparison.Ordinal);
}
