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
    public void Parse_NotAZScore_SaysWhatWasExpectedAndFound(string json)
    {
        string message = Assert.Throws<FormatException>(() => Normaliser.Parse(json)).Message;

        Assert.StartsWith("expected {\"kind\":\"zscore\",\"mean\":<number>,\"std\":<positive number>}", message, StringComparison.Ordinal);
        Assert.EndsWith($"found {json}", message, StringComparison.Ordinal);
    }
}
