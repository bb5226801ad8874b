using System.Text.Json;
using Thrum.Training.Optimisation;

namespace Thrum.Training.Tests.Optimisation;

public sealed class LearningScheduleTests
{
    private const int Epochs = 30;

    [Theory]
    [InlineData("step:10:0.5")]
    [InlineData("cosine")]
    [InlineData("cosine:0.1")]
    [InlineData("warmup:5+constant")]
    [InlineData("plateau:3:0.5")]
    public void Factor_StepByStep_IsTorchs(string text)
    {
        JsonElement reference = References.Read("schedules.json");
        double[] criteria = reference.GetProperty("criteria").Doubles();
        LearningSchedule schedule = Parse(text);

        double[] found = new double[Epochs];
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            found[epoch] = schedule.Factor(epoch, 1, Epochs);
            schedule.Observe(criteria[epoch]);
        }

        double[] expected = reference.GetProperty(text).Doubles();
        Assert.True(expected.Distinct().Count() >= 3);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void Factor_WarmUpBeforeACosine_RisesByStepsAndThenFallsToTheFloor()
    {
        LearningSchedule schedule = Parse("warmup:2+cosine:0.2");
        double[] factors = [.. Enumerable.Range(0, 40).Select(step => schedule.Factor(step / 4.0, 4, 10))];
        Assert.Equal(factors[..8].Order(), factors[..8]);
        Assert.Equal(0.125, factors[0], 1e-12);
        Assert.Equal(1, factors[7], 1e-12);
        Assert.Equal(1, factors[8], 1e-12);
        Assert.Equal(factors[8..].OrderDescending(), factors[8..]);
        Assert.InRange(factors[^1], 0.2, 0.21);
    }

    [Theory]
    [InlineData("")]
    [InlineData("step")]
    [InlineData("step:0:0.5")]
    [InlineData("step:3:2")]
    [InlineData("cosine:2")]
    [InlineData("plateau:3:1")]
    [InlineData("warmup:0+cosine")]
    [InlineData("cosine+warmup:3")]
    [InlineData("warmup:1+warmup:2+cosine")]
    [InlineData("constant:1")]
    public void TryParse_WhatIsNone_SaysWhatIsExpected(string text)
    {
        Assert.False(LearningSchedule.TryParse(text, out _, out string? fault));
        Assert.Equal($"Schedule is '{text}'; expected constant, step:EPOCHS:FACTOR, cosine, cosine:FLOOR or plateau:EPOCHS:FACTOR, each behind warmup:EPOCHS+ at will", fault);
    }

    private static LearningSchedule Parse(string text) => LearningSchedule.TryParse(text, out LearningSchedule? schedule, out string? fault) ? schedule : throw new FormatException(fault);
}
