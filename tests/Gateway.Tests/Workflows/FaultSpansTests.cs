using Thrum.Detector.Metrics;
using Thrum.Detector.Models;
using Thrum.Gateway.Cli;
using Thrum.Gateway.Tests.Support;
using Thrum.Gateway.Workflows;
using Thrum.Training.Evaluation;

namespace Thrum.Gateway.Tests.Workflows;

/// <summary>Windows of 100 samples every 50 at 100 Hz: the k-th begins at k/2 s and ends a second later.</summary>
public sealed class FaultSpansTests : IDisposable
{
    private static readonly ModelMetadata Model = new()
    {
        WindowSamples = 100,
        HopSamples = 50,
        SampleRateHz = 100,
        Normaliser = Normaliser.Parse("""{"kind":"level"}"""),
        Metrics = MetricExpression.ParseList(["mse"]),
    };

    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Judge_FaultThatBeginsMidRecording_CountsTheDelayFromThereAndAlarmsBeforeAsFalse()
    {
        // The fault begins at 5.2 s; an alarm stands at windows 2 and 3, and from window 14 on, which ends at 8 s.
        EventScores scores = FaultSpans.From(5.2).Judge(Alarms(20, 2, 3, 14, 15, 16, 17, 18, 19), Starts(20), Model);

        Assert.Equal((1, 1, 1), (scores.Events, scores.Found, scores.FalseEvents));
        Assert.Equal(8 - 5.2, scores.Delays[0]!.Value, 12);
    }

    [Fact]
    public void Judge_AlarmThatStoodBeforeTheOnset_IsFalseAndFindsNothing()
    {
        // Windows 9 and 10, which end at 5.5 and 6 s, are the first with samples of the fault.
        EventScores always = FaultSpans.From(5.2).Judge(Alarms(20, [.. Enumerable.Range(0, 20)]), Starts(20), Model);
        EventScores before = FaultSpans.From(5.2).Judge(Alarms(20, 7, 8, 9, 10), Starts(20), Model), at = FaultSpans.From(5.2).Judge(Alarms(20, 9, 10), Starts(20), Model);
        EventScores never = FaultSpans.From(5.2).Judge(Alarms(20), Starts(20), Model);

        Assert.All([always, before], scores => Assert.Equal((0, 1, 1, null), (scores.Found, scores.AlreadyRaised, scores.FalseEvents, scores.MeanDelay)));
        Assert.Equal((0, 0, 0, null), (never.Found, never.AlreadyRaised, never.FalseEvents, never.MeanDelay));
        Assert.Equal((1, 0, 0), (at.Found, at.AlreadyRaised, at.FalseEvents));
        Assert.Equal(0.3, at.MeanDelay!.Value, 12);
    }

    [Fact]
    public void Judge_SeveralEvents_GivesEachItsOwnDelayOrNone()
    {
        EventScores scores = new FaultSpans([(2, 3), (6, 7)]).Judge(Alarms(20, 4, 5), Starts(20), Model);

        Assert.Equal([1.0, null], scores.Delays);
        Assert.Equal(0, scores.FalseEvents);
    }

    [Fact]
    public void Judge_WindowsLeftOut_KeepsTheTimesOfTheOthers()
    {
        // Windows 4 to 7 hold samples that are not finite: the alarm at the fifth score is at window 8, which ends at 5 s.
        int[] starts = [.. Starts(20).Where((_, window) => window is < 4 or > 7)];

        Assert.Equal([3.0], FaultSpans.From(2).Judge(Alarms(16, 4, 5, 6), starts, Model).Delays);
    }

    [Fact]
    public void Judge_EventsThatShareAWindow_AreStillTwo()
    {
        // Window 5, from 2.5 to 3.5 s, holds samples of both.
        var spans = new FaultSpans([(2, 3), (3.2, 4)]);

        EventScores both = spans.Judge(Alarms(20, 5, 6), Starts(20), Model), first = spans.Judge(Alarms(20, 3), Starts(20), Model);

        Assert.Equal([1.5, 0.3], both.Delays.Select(delay => Math.Round(delay!.Value, 12)));
        Assert.Equal([0.5, null], first.Delays);
        Assert.Equal((0, 0), (both.FalseEvents, first.FalseEvents));
    }

    [Fact]
    public void Judge_EventThatNoScoredWindowTouches_IsMissed()
    {
        // Windows 3 to 8 hold samples that are not finite, and the second event lies within them.
        int[] starts = [.. Starts(20).Where((_, window) => window is < 3 or > 8)];

        EventScores scores = new FaultSpans([(0.5, 1), (3, 4)]).Judge(Alarms(14, 1), starts, Model);

        Assert.Equal([1.0, null], scores.Delays);
        Assert.Equal((0.5, 0), (scores.Recall, scores.FalseEvents));
    }

    [Fact]
    public void Labels_AreTheWindowsThatHoldASampleOfTheFault() =>
        Assert.Equal([false, true, true, true, false], new FaultSpans([(1.2, 1.6)]).Labels(Starts(5), Model));

    [Fact]
    public void Labelled_OfAColumn_IsAnEventForEachStretch()
    {
        string file = _folder.Write("x,fault\n1,0\n2,1\n3,1\n4,0\n5,0\n6,1\n", "a.csv");

        Assert.Equal([(0.1, 0.3), (0.5, 0.6)], FaultSpans.Labelled(file, "fault", new RecordingChoice(10, 1, null, 0, 1)).Spans);
    }

    [Fact]
    public void Labelled_EventOnBothSidesOfAGap_IsOne()
    {
        string file = _folder.Write("t,x,fault\n0,1,0\n1,2,1\n2,3,1\n9,4,1\n10,5,0\n", "a.csv");

        Assert.Equal([(1.0, 10.0)], FaultSpans.Labelled(file, "fault", new RecordingChoice(null, 1, null, 0, 1)).Spans);
    }

    [Fact]
    public void Within_FaultBehindTheEnd_IsRefused() =>
        Assert.Contains("lasts 20 s, expected a fault that begins before its end, found one at 30 s", Assert.Throws<UsageException>(() => FaultSpans.From(30).Within("a.csv", 20)).Message, StringComparison.Ordinal);

    private static int[] Starts(int windows) => [.. Enumerable.Range(0, windows).Select(window => 50 * window)];

    private static bool[] Alarms(int windows, params int[] at) => [.. Enumerable.Range(0, windows).Select(window => at.Contains(window))];
}
