using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
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

    [Fact]
    public async Task Axes_Measures_AreTheLatestWithoutWhatDoesNotExist()
    {
        ScoreBatch batch = _scores.Of(1, 0, "a");
        AxisStream stream = batch.Windows[0].Stream;
        batch.Append(new VibrationMeasure(stream, 1_000_000, 1, 2, 2, 3, 4, "B", 25));
        batch.Append(new VibrationMeasure(stream, 2_000_000, 0.5, 2, 4, 3, double.NaN, null, double.NaN));
        await WriteAsync(batch);

        LiveMeasure measure = Assert.Single(_live.Axes()).Measure!;
        Assert.Equal((2L, 0.5, null, null, null), (measure.TimeUnixMs, measure.Rms!.Value, measure.VelocityRmsMmS, measure.Zone, measure.ShaftHz));
    }

    [Fact]
    public async Task Transitions_EvidenceThatComesLater_GivesTheDiagnosis()
    {
        await WriteAsync(_scores.Transition("a", AlarmState.Normal, AlarmState.ActiveUnacknowledged, 1));
        await WriteAsync(_scores.Transition("b", AlarmState.Normal, AlarmState.ActiveUnacknowledged, 2));
        Guid first = _live.Transitions()[1].Id;
        ScoreBatch batch = _scores.Of(1, 3, "a");
        batch.Append(OneEvidence.For(first));
        await WriteAsync(batch);

        Assert.Equal(["undetermined", "inner-race"], _live.Transitions().Select(transition => transition.Diagnosis));
    }

    private async Task WriteAsync(ScoreBatch batch)
    {
        using (batch)
        {
            await _live.WriteAsync(batch, CancellationToken.None);
        }
    }
}
