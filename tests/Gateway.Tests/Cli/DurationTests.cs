using Thrum.Gateway.Cli;

namespace Thrum.Gateway.Tests.Cli;

public sealed class DurationTests
{
    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("60s", 60)]
    [InlineData("1.5s", 1.5)]
    [InlineData("5m", 300)]
    [InlineData("2h", 7200)]
    [InlineData("00:01:00", 60)]
    public void TryParseDuration_Duration_IsRead(string text, double seconds)
    {
        Assert.True(OptionFactory.TryParseDuration(text, out TimeSpan duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("60")]
    [InlineData("0s")]
    [InlineData("-1s")]
    [InlineData("s")]
    [InlineData("1e9s")]
    [InlineData("00:00:00")]
    [InlineData("soon")]
    public void TryParseDuration_NoDuration_IsRefused(string text) => Assert.False(OptionFactory.TryParseDuration(text, out _));
}
