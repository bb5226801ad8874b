using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Windows;
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
    public async Task Axes_AlarmSeenAndUnshelved_CountsItOnce()
    {
        await WriteAsync(_scores.Transition("a", AlarmState.Normal, AlarmState.ActiveUnacknowledged, 1));
        await WriteAsync(_scores.Transition("a", AlarmState.ActiveUnacknowledged, AlarmState.Shelved, 2));
        await WriteAsync(_scores.Transition("a", AlarmState.Shelved, AlarmState.ActiveUnacknowledged, 3));
        await WriteAsync(_scores.Transition("a", AlarmState.ActiveUnacknowledged, AlarmState.ActiveAcknowledged, 4));

        Assert.Equal(1, Assert.Single(_live.Axes()).Alarms);
    }

    [Theory]
    [InlineData("quality-flat-line", "badData")]
    [InlineData("quality-clipping", "badData")]
    [InlineData("quality-silence", "silent")]
    public async Task Axes_DataCannotBeReliedOn_AreNotNormalThoughTheirWindowsAre(string rule, string state)
    {
        await WriteAsync(_scores.Of(1, 0, "a", "b"));
        await RaiseAsync("b", rule, AlarmSeverity.Warning);
        await WriteAsync(_scores.Of(1, 1, "a", "b"));

        LiveAxisState axis = _live.Axes()[0];
        Assert.Equal(("b", Attention.Unwatched, state, "warning", rule, "a transition", "valid"), (axis.Machine, axis.Attention, axis.State, axis.Severity, axis.Rule, axis.Reason, axis.Status));
        Assert.Equal([Attention.Unwatched, Attention.Normal], _live.Machines().Select(machine => machine.Attention));

        await WriteAsync(_scores.Only(Scores.Change(AxisOf("b"), rule, AlarmSeverity.Warning, AlarmState.ActiveUnacknowledged, AlarmState.Normal)));

        Assert.All(_live.Axes(), one => Assert.Equal((Attention.Normal, "normal", null, null, null), (one.Attention, one.State, one.Severity, one.Rule, one.Reason)));
    }

    [Fact]
    public async Task Axes_OfEveryKind_AreInTheOrderInWhichTheyNeedToBeLookedAt()
    {
        await WriteAsync(_scores.Of(1, 0, "normal", "shelved", "silent", "warning", "seen", "alarm"));
        await WriteAsync(_scores.Unscored(WindowStatus.NoModel, "unwatched"));
        await WriteAsync(_scores.Unscored(WindowStatus.Maintenance, "maintained"));
        await RaiseAsync("alarm", "score", AlarmSeverity.Alarm);
        await RaiseAsync("seen", "score", AlarmSeverity.Alarm, AlarmState.ActiveAcknowledged);
        await RaiseAsync("warning", "baseline-kurtosis", AlarmSeverity.Warning);
        await RaiseAsync("silent", "quality-silence", AlarmSeverity.Warning);
        await RaiseAsync("shelved", "score", AlarmSeverity.Alarm, AlarmState.Shelved);

        Assert.Equal(
            ["alarm Alarm activeUnacknowledged", "seen Acknowledged activeAcknowledged", "warning Warning activeUnacknowledged", "silent Unwatched silent", "unwatched Unwatched noModel",
                "maintained Aside maintenance", "shelved Aside shelved", "normal Normal normal"],
            _live.Axes().Select(axis => $"{axis.Machine} {axis.Attention} {axis.State}"));
        Assert.Equal(_live.Axes().Select(axis => axis.Machine), _live.Machines().Select(machine => machine.Machine));
    }

    [Fact]
    public async Task Axes_AlarmAndBadDataOnOne_TellTheAlarm()
    {
        await WriteAsync(_scores.Unscored(WindowStatus.Gap, "a"));
        await RaiseAsync("a", "quality-clipping", AlarmSeverity.Warning);
        await RaiseAsync("a", "baseline-kurtosis", AlarmSeverity.Warning);
        await RaiseAsync("a", "score", AlarmSeverity.Alarm, AlarmState.ReturnedUnacknowledged);

        LiveAxisState axis = Assert.Single(_live.Axes());
        Assert.Equal((Attention.Alarm, "returnedUnacknowledged", "alarm", "score"), (axis.Attention, axis.State, axis.Severity, axis.Rule));
        Assert.Equal("samples are missing in its last window", axis.Reason);
    }

    [Fact]
    public async Task Axes_EndedByACommandWithoutAnotherWindow_AreNormal()
    {
        await WriteAsync(_scores.Transition("a", AlarmState.Normal, AlarmState.ActiveUnacknowledged, 1));
        await WriteAsync(_scores.Only(Scores.Change(AxisOf("a"), "score", AlarmSeverity.Alarm, AlarmState.ActiveUnacknowledged, AlarmState.Normal, 2)));

        Assert.Equal(Attention.Normal, Assert.Single(_live.Axes()).Attention);
    }

    [Fact]
    public async Task Axes_StateOfWhichNoTransitionTells_IsThatOfTheWindow()
    {
        ScoreBatch shelved = _scores.Of(1, 0, "a");
        WindowScore window = shelved.Windows[0];
        shelved.Dispose();
        ScoreBatch batch = _scores.Of(1, 0);
        batch.Append(window with { State = AlarmState.Shelved }, [1]);
        await WriteAsync(batch);

        Assert.Equal((Attention.Aside, "shelved"), (_live.Axes()[0].Attention, _live.Axes()[0].State));
    }

    [Fact]
    public async Task Machines_AlarmOfTheMachine_CountsThoughEveryAxisIsNormal()
    {
        await WriteAsync(_scores.Of(1, 0, "a", "b"));
        await WriteAsync(_scores.Only(Scores.Change(AxisId.AllOf("b"), "together", AlarmSeverity.Alarm, AlarmState.Normal, AlarmState.ActiveUnacknowledged)));

        Assert.Equal(
            [new MachineView("b", Attention.Alarm, "activeUnacknowledged", "alarm", 1, 0, 0, 0, null), new MachineView("a", Attention.Normal, "normal", null, 1, 0, 0, 0, null)], _live.Machines());
    }

    [Theory]
    [InlineData("score", AlarmSeverity.Alarm, "Alarm", "activeUnacknowledged")]
    [InlineData("quality-silence", AlarmSeverity.Warning, "Unwatched", "silent")]
    public void Machines_RestoredAlarmOfAnAxisWithoutAWindow_IsThatOfItsMachine(string rule, AlarmSeverity severity, string attention, string state)
    {
        _live.Restore([], [Scores.Change(AxisOf("b"), rule, severity, AlarmState.Normal, AlarmState.ActiveUnacknowledged)]);

        MachineView machine = Assert.Single(_live.Machines());
        Assert.Equal(("b", attention, state, 0), (machine.Machine, machine.Attention.ToString(), machine.State, machine.Axes));
    }

    [Fact]
    public async Task ChangeSince_Machines_AreToldWhenOneChanged()
    {
        await WriteAsync(_scores.Of(1, 0, "a"));
        LiveChange all = _live.ChangeSince(-1, 0);
        await WriteAsync(_scores.Of(1, 1, "a"));
        LiveChange same = _live.ChangeSince(all.Version, 0);
        await WriteAsync(_scores.Only(Scores.Change(AxisId.AllOf("b"), "together", AlarmSeverity.Alarm, AlarmState.Normal, AlarmState.ActiveUnacknowledged)));

        Assert.Equal("a", Assert.Single(all.Machines!).Machine);
        Assert.Null(same.Machines);
        Assert.Equal(["b", "a"], _live.ChangeSince(same.Version, 0).Machines!.Select(machine => machine.Machine));
        Assert.Equal(["b", "a"], _live.ChangeSince(all.Version, 0).Machines!.Select(machine => machine.Machine));
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
        batch.Append(new VibrationMeasure(stream, 2_000_000, 0.5, 2, 4, 3, double.NaN, null, double.NaN) { Unit = "g" });
        await WriteAsync(batch);

        LiveMeasure measure = Assert.Single(_live.Axes()).Measure!;
        Assert.Equal((DateTimeOffset.UnixEpoch.AddMilliseconds(2), 0.5, null, null, null), (measure.Time, measure.Rms!.Value, measure.VelocityRmsMmS, measure.Zone, measure.ShaftHz));
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

    private static AxisId AxisOf(string machine) => new(machine, "s", "x");

    private Task RaiseAsync(string machine, string rule, AlarmSeverity severity, AlarmState to = AlarmState.ActiveUnacknowledged) =>
        WriteAsync(_scores.Only(Scores.Change(AxisOf(machine), rule, severity, AlarmState.Normal, to)));

    private async Task WriteAsync(ScoreBatch batch)
    {
        using (batch)
        {
            await _live.WriteAsync(batch, CancellationToken.None);
        }
    }
}
