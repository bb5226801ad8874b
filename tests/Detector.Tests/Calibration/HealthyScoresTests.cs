using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Calibration;

namespace Thrum.Detector.Tests.Calibration;

public sealed class HealthyScoresTests
{
    [Fact]
    public void Parse_OfToJson_GivesTheSameScores() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.Choose(-100, 100).Select(x => x / 7f).NonEmptyListOf().ToArbitrary(), list =>
        {
            float[] scores = [.. list];
            var healthy = new HealthyScores(128, new Dictionary<string, HealthySequence> { ["mse"] = HealthySequence.FromScores(scores, [scores.Length]) });

            var read = HealthyScores.Parse(healthy.ToJson());

            Assert.Equal(128, read.HopSamples);
            Assert.Equal(scores, read.Metrics["mse"].Scores.ToArray());
        }));

    [Fact]
    public void FromScores_MoreThanAreKept_KeepsTheGreatestInTheirPlaces()
    {
        var random = new Random(4);
        float[] scores = [.. Enumerable.Range(0, HealthySequence.MaxKept + 40_000).Select(_ => (float)random.NextDouble())];
        float floor = scores.Order().ElementAt(40_000);
        var healthy = new HealthyScores(1, new Dictionary<string, HealthySequence> { ["mse"] = HealthySequence.FromScores(scores, [100, scores.Length - 100]) });

        HealthySequence read = HealthyScores.Parse(healthy.ToJson()).Metrics["mse"];

        Assert.Equal(scores.Length, read.Windows);
        Assert.Equal([100, scores.Length - 100], read.BlockWindows);
        Assert.Equal(scores.Select(score => score >= floor ? score : float.NegativeInfinity), read.Scores.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"version\":2,\"hopSamples\":1,\"blockWindows\":[1],\"metrics\":{\"mse\":\"AAAAAAA=\"}}")]
    [InlineData("{\"version\":1,\"hopSamples\":1,\"blockWindows\":[1],\"metrics\":{\"mse\":null}}")]
    [InlineData("{\"version\":1,\"hopSamples\":1,\"blockWindows\":[0],\"metrics\":{\"mse\":\"AAAAAAA=\"}}")]
    [InlineData("{\"version\":1,\"hopSamples\":1,\"blockWindows\":[2147483647,2147483647],\"metrics\":{\"mse\":\"AAAAAAA=\"}}")]
    [InlineData("{\"version\":1,\"hopSamples\":1,\"blockWindows\":[1],\"metrics\":{\"mse\":\"AAAA\"}}")]
    [InlineData("{\"version\":1,\"hopSamples\":1,\"blockWindows\":[1],\"metrics\":{\"mse\":\"/////////////w==\"}}")]
    [InlineData("{\"version\":1,\"hopSamples\":1,\"blockWindows\":[1],\"metrics\":{\"mse\":\"BQAAAAA=\"}}")]
    [InlineData("{\"version\":1,\"hopSamples\":1,\"blockWindows\":[1],\"metrics\":{\"mse\":\"no base64\"}}")]
    public void Parse_NoSuchForm_IsAFormatFault(string json) => Assert.Throws<FormatException>(() => HealthyScores.Parse(json));
}
