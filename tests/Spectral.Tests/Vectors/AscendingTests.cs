using FsCheck;
using FsCheck.Fluent;
using Thrum.Spectral.Vectors;

namespace Thrum.Spectral.Tests.Vectors;

public sealed class AscendingTests
{
    [Fact]
    public void CountBelow_AnyValues_IsTheirNumber() => Prop.ForAll<short[], short>((values, value) =>
    {
        short[] ascending = [.. values.Order()];

        return Ascending.CountBelow(ascending, value) == values.Count(other => other < value);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(float.NegativeInfinity, 0)]
    [InlineData(1f, 0)]
    [InlineData(2f, 1)]
    [InlineData(3f, 4)]
    [InlineData(float.PositiveInfinity, 4)]
    [InlineData(float.NaN, 0)]
    public void CountBelow_EqualValues_CountsThemOnceTheyAreBelow(float value, int expected) =>
        Assert.Equal(expected, Ascending.CountBelow([1, 2, 2, 2], value));
}
