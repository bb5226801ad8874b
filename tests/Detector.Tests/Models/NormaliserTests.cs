using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Models;

namespace Thrum.Detector.Tests.Models;

public sealed class NormaliserTests
{
    private static readonly float[] NotFinite = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];

    [Fact]
    public void TryApply_AnyLength_SubtractsMeanAndDividesByDeviation() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.Choose(0, 200).ToArbitrary(), length =>
        {
            var random = new Random(length);
            float[] samples = [.. Enumerable.Range(0, length).Select(_ => (float)(10 * random.NextDouble()))];
            float[] window = new float[length];

            Assert.True(new Normaliser(4.5, 0.25).TryApply(samples, window));

            for (int i = 0; i < length; i++)
            {
                Assert.Equal((samples[i] - 4.5) / 0.25, window[i], 1e-5);
            }
        }));

    [Fact]
    public void TryApply_OneNonFiniteSampleAtAnyPositionOfAnyLength_SaysSo()
    {
        var normaliser = new Normaliser(0.1, 2);
        for (int length = 1; length <= 70; length++)
        {
            float[] samples = new float[length];
            float[] window = new float[length];
            for (int at = 0; at < length; at++)
            {
                foreach (float value in NotFinite)
                {
                    samples[at] = value;
                    Assert.False(normaliser.TryApply(samples, window), $"{value} at {at} of {length} passed");
                }

                samples[at] = 0;
            }

            Assert.True(normaliser.TryApply(samples, window));
        }
    }

    [Fact]
    public void TryApply_AnyNonFiniteSamples_IsFalseExactlyWhenThereIsOne()
    {
        Gen<float> sample = Gen.Frequency(
            (40, Gen.Choose(-1000, 1000).Select(x => x / 100f)), (1, Gen.Elements(NotFinite)), (1, Gen.Elements(float.MaxValue / 2, float.MinValue / 2, float.Epsilon)));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(sample.ArrayOf().ToArbitrary(), samples =>
            Assert.Equal(samples.All(float.IsFinite), new Normaliser(0, 1).TryApply(samples, new float[samples.Length]))));
    }

    [Fact]
    public void TryApply_FiniteSampleThatOverflows_IsNotFinite() =>
        Assert.False(new Normaliser(0, 1e-3).TryApply([float.MaxValue], new float[1]));

    [Fact]
    public void Parse_OfToJson_GivesTheSameNormaliser()
    {
        var normaliser = new Normaliser(-0.012_345_678_901_234_5, 1.0 / 3);

        Assert.Equal(normaliser, Normaliser.Parse(normaliser.ToJson()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("zscore")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"kind\":\"minmax\",\"mean\":0,\"std\":1}")]
    [InlineData("{\"kind\":1,\"mean\":0,\"std\":1}")]
    [InlineData("{\"kind\":\"zscore\",\"mean\":\"0\",\"std\":1}")]
    [InlineData("{\"kind\":\"zscore\",\"mean\":0}")]
    [InlineData("{\"kind\":\"zscore\",\"mean\":0,\"std\":0}")]
    [InlineData("{\"kind\":\"zscore\",\"mean\":0,\"std\":-1}")]
    [InlineData("{\"kind\":\"zscore\",\"mean\":1e999,\"std\":1}")]
    [InlineData("{\"kind\":\"zscore\",\"mean\":0,\"std\":1e999}")]
    [InlineData("{\"kind\":\"zscore\",\"mean\":0,\"std\":1e-60}")]
    [InlineData("{\"kind\":\"zscore\",\"mean\":0,\"std\":1e60}")]
    [InlineData("{\"kind\":\"zscore\",\"mean\":1e60,\"std\":1}")]
    [InlineData("{\"kind\":\"robust\",\"median\":0}")]
    [InlineData("{\"kind\":\"robust\",\"median\":[0,1],\"iqr\":1}")]
    [InlineData("{\"kind\":\"minmax\",\"min\":1,\"max\":1}")]
    [InlineData("{\"kind\":\"minmax\",\"min\":0,\"max\":1,\"clamp\":1}")]
    [InlineData("{\"kind\":\"zscore\",\"mean\":[],\"std\":[]}")]
    public void Parse_NoForm_SaysWhatWasExpectedAndFound(string json)
    {
        string message = Assert.Throws<FormatException>(() => Normaliser.Parse(json)).Message;

        Assert.StartsWith("expected {\"kind\":\"zscore\",\"mean\":<number>,\"std\":<positive>}, ", message, StringComparison.Ordinal);
        Assert.EndsWith($"found {json}", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"kind\":\"robust\",\"median\":1,\"iqr\":2}", new[] { 0f, 2, -0.5f, 50 })]
    [InlineData("{\"kind\":\"minmax\",\"min\":-1,\"max\":3}", new[] { 0.5f, 1, 0.25f, 1 })]
    [InlineData("{\"kind\":\"minmax\",\"min\":-1,\"max\":3,\"clamp\":false}", new[] { 0.5f, 1.5f, 0.25f, 25.5f })]
    [InlineData("{\"kind\":\"zscore\",\"mean\":[1,0],\"std\":[2,10]}", new[] { 0f, 2, 0, 10.1f })]
    [InlineData("{\"kind\":\"zscore\",\"mean\":[1,2,0,1],\"std\":[1,1,2,10]}", new[] { 0f, 3, 0, 10 })]
    public void TryApply_OtherKindsAndArrays_FollowTheirFormulas(string json, float[] expected)
    {
        float[] normalised = new float[4];

        Assert.True(Normaliser.Parse(json).TryApply([1f, 5f, 0f, 101f], normalised));

        Assert.Equal(expected, normalised, (a, b) => Math.Abs(a - b) < 1e-6f);
        Assert.False(Normaliser.Parse(json).TryApply([1f, 5f, float.NaN, 101f], normalised));
    }

    [Fact]
    public void TryApply_Mad_IsScaledToTheStandardDeviationOfAGaussian()
    {
        float[] normalised = new float[1];

        Assert.True(Normaliser.Parse("{\"kind\":\"robust\",\"median\":1,\"mad\":2}").TryApply([1 + (2 * 1.482_602_2f)], normalised));

        Assert.Equal(1, normalised[0], 1e-6f);
    }

    [Fact]
    public void TryApply_Level_LeavesTheShapeWithoutItsLevel()
    {
        var level = Normaliser.Parse("{\"kind\":\"level\"}");
        float[] quiet = [.. Enumerable.Range(0, 50).Select(i => 4 + (0.01f * MathF.Sin(i)))];
        float[] loud = [.. quiet.Select(x => (1000 * (x - 4)) - 7)];
        float[] a = new float[50], b = new float[50];

        Assert.True(level.TryApply(quiet, a));
        Assert.True(level.TryApply(loud, b));

        Assert.Equal(0, a.Average(), 1e-4f);
        Assert.Equal(1, a.Average(x => x * x), 1e-4f);
        Assert.Equal(a, b, (x, y) => Math.Abs(x - y) < 1e-3f);
        Assert.True(level.TryApply(new float[50], a));
        Assert.All(a, x => Assert.Equal(0, x));
        Assert.False(level.TryApply([1f, float.PositiveInfinity], a));
        Assert.False(level.TryApply([1f, float.NaN], a));
    }
}
