using Thrum.Detector.Alarms;
using Thrum.Detector.Scores;
using Thrum.Gateway.Live;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Live;

public sealed class LiveViewTests
{
    private readonly LiveView _live = new(TimeProvider.System);
    private readonly Scores _scores = new();

    [Fact]
    public async Task Axes_NoneInAlarm_AreInOrderOfTheirNames()
    {
        await WriteAsync(_scores.Of(1, 0, "c", "a", "B"));

        Assert.Equal(["B", "a", "c"], _live.Axes().Select(axis => axis.Machine));
    }

    [Fact]
    public async Task Axes_OneInAlarm_ComesFirst()
    {
        await WriteAsync(_scores.Of(1, 0, "a", "b"));
        await WriteAsync(_scores.Transition("c", AlarmState.Normal, AlarmState.ActiveUnacknowledged, 1));

        Assert.Equal(["c", "a", "b"], _live.Axes().Select(axis => axis.Machine));
    }

    [Fact]
    public async Task Axes_AlarmCleared_CountsItOnce()
    {
        await WriteAsync(_scores.Transition("a", AlarmState.Normal, AlarmState.ActiveUnacknowledged, 1));
        await WriteAsync(_scores.Transition("a", AlarmState.ActiveUnacknowledged, AlarmState.Normal, 2));

        LiveAxisState axis = Assert.Single(_live.Axes());
        Assert.Equal((1, "normal", 2L), (axis.Alarms, axis.State, axis.Windows));
        Assert.Equal(2, _live.Windows);
    }

    [Fact]
    public async Task Transitions_Many_AreTheLatestNewestFirst()
    {
        for (int i = 0; i < 205; i++)
        {
            await WriteAsync(_scores.Transition("a", AlarmState.Normal, AlarmState.ActiveUnacknowledged, i));
        }

        IReadOnlyList<AlarmTransition> transitions = _live.Transitions();
        Assert.Equal((200, 204L, 5L), (transitions.Count, transitions[0].EventTimeUnixNs, transitions[^1].EventTimeUnixNs));
    }

    [Fact]
    public async Task Trace_WindowsOfAQuarterSecond_KeepTheGreatest()
    {
        const long Quarter = 250_000_000;
        await WriteAsync(_scores.Of(1, 0, "a"));
        await WriteAsync(_scores.Of(3, 1000, "a"));
        await WriteAsync(_scores.Of(2, Quarter - 1, "a"));
        await WriteAsync(_scores.Of(1, Quarter, "a"));

        Assert.Equal([3, 1], Assert.Single(_live.Axes()).Trace);
    }

    private async Task WriteAsync(ScoreBatch batch)
    {
        using (batch)
        {
            await _live.WriteAsync(batch, CancellationToken.None);
        }
    }
}
