using Thrum.Detector.Scores;
using Thrum.Detector.Windows;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Hosting;

public sealed class WindowTallyTests
{
    [Fact]
    public async Task WriteAsync_SecondAxisWithoutNumbersDuringTheFirstsEpisode_IsToldToo()
    {
        var scores = new Scores();
        var log = new ListLogger<WindowTally>();
        var tally = new WindowTally(new ManualTimeProvider(), log);

        await WriteAsync(tally, scores.Unscored(WindowStatus.NonFinite, "a", "a"));
        await WriteAsync(tally, scores.Unscored(WindowStatus.NonFinite, "a", "b"));
        await WriteAsync(tally, scores.Unscored(WindowStatus.Gap, "c"));

        Assert.Equal(["a/s/x", "b/s/x"], log.Entries.Select(entry => entry.Text.Split(' ')[0]));
        Assert.Equal((4, 1), (tally.Of(WindowStatus.NonFinite), tally.Of(WindowStatus.Gap)));
    }

    private static async Task WriteAsync(WindowTally tally, ScoreBatch batch)
    {
        using (batch)
        {
            await tally.WriteAsync(batch, TestContext.Current.CancellationToken);
        }
    }
}
