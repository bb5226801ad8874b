using System.Globalization;
using Thrum.Gateway.Cli;

namespace Thrum.Gateway.Tests.Cli;

public sealed class MakingDateTests
{
    [Theory]
    [InlineData("2026-01-31", "86400", "2026-01-31")]
    [InlineData(null, "86400", "1970-01-02")]
    [InlineData(null, "", "2026-03-04")]
    [InlineData(null, null, "2026-03-04")]
    public void Of_OptionThenVariableThenToday(string? given, string? seconds, string expected) =>
        Assert.Equal(DateOnly.Parse(expected, CultureInfo.InvariantCulture), MakingDate.Of(given, seconds, new ManualTimeProvider(new DateTimeOffset(2026, 3, 4, 23, 59, 0, TimeSpan.Zero))));

    [Theory]
    [InlineData("31.1.2026", null, "--date is '31.1.2026', expected a day such as 2026-01-31")]
    [InlineData(null, "yesterday", "SOURCE_DATE_EPOCH is 'yesterday', expected seconds since 1970")]
    [InlineData(null, "9999999999999", "SOURCE_DATE_EPOCH is '9999999999999', expected seconds since 1970")]
    public void Of_NoDay_SaysWhatIsExpected(string? given, string? seconds, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<UsageException>(() => MakingDate.Of(given, seconds, TimeProvider.System)).Message);
}
