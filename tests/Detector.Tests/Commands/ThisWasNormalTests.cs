using Thrum.Detector.Alarms;
using Thrum.Detector.Commands;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Tests.Pipeline;

namespace Thrum.Detector.Tests.Commands;

public sealed class ThisWasNormalTests
{
    private static readonly AxisId Axis = new("pump", "s1", "x");

    private static readonly AlarmRuleOptions Rule = new() { Threshold = ThresholdKind.Fixed, Raise = 50, Clear = 40, RaiseCount = 2, OfWindows = 3 };

    private static readonly DetectorOptions Options = new() { Shards = 1, Lateness = TimeSpan.Zero };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ThisWasNormal_StandingAlarm_EndsAndTheSameRaisesNoMoreButMoreDoes()
    {
        using var run = new PipelineRun(Options, rules: Rule);
        float[] loud = [.. TestBlock.Noise(Axis, 0, 100, amplitude: 10).Samples];
        TestBlock Block(int i, double factor, OperatorAction? action = null) => new(
            Axis, PipelineRun.Origin + (i * 100_000_000L), TestModels.RateHz, [.. loud.Select(sample => (float)(factor * sample))])
        { Command = action is { } a ? Say(a) : null };

        await run.FeedAsync(
            [Block(0, 0.1), Block(1, 1, OperatorAction.ThisWasNormal), Block(2, 1), Block(3, 0.1), Block(4, 10, OperatorAction.RestoreLevels), Block(5, 0.1), Block(6, 1)],
            Cancelled);

        Assert.Equal([CommandOutcome.Applied, CommandOutcome.Applied], run.Results.Select(result => result.Outcome));
        Assert.Matches("^pump/s1/x alarm 'score': [0-9]+ windows taken as normal, raise level 50 to [0-9.]+, clear level 40 to [0-9.]+$", run.Results[0].Message);
        Assert.Matches("^pump/s1/x alarm 'score' has the levels of its model again, raise level [0-9.]+ to 50$", run.Results[1].Message);
        Assert.Equal(
            [AlarmState.ActiveUnacknowledged, AlarmState.Normal, AlarmState.ActiveUnacknowledged, AlarmState.Normal, AlarmState.ActiveUnacknowledged],
            run.Transitions.Select(transition => transition.To));
        Assert.Equal("pump/s1/x: taken as normal by ann", run.Transitions[1].Message);
        Assert.True(run.Transitions[2].EventTimeUnixNs > PipelineRun.Origin + 400_000_000);
        Assert.Equal([50, (float)run.Transitions[2].Threshold, 50], run.Of(Axis).Select(window => window.Threshold).Distinct().Append(run.Of(Axis).Last().Threshold));
    }

    [Fact]
    public async Task ThisWasNormal_WithoutAnAlarmOrUnderMaintenance_SaysWhyNot()
    {
        using var run = new PipelineRun(Options, rules: Rule);

        await run.FeedAsync(
            [TestBlock.Noise(Axis, 0, 100) with { Command = Say(OperatorAction.ThisWasNormal) },
            TestBlock.Noise(Axis, 1, 100, amplitude: 100) with { Command = Maintain(OperatorAction.BeginMaintenance) },
            TestBlock.Noise(Axis, 2, 100, amplitude: 100) with { Command = Say(OperatorAction.ThisWasNormal) },
            TestBlock.Noise(Axis, 3, 100) with { Command = Say(OperatorAction.RestoreLevels) }],
            Cancelled);

        Assert.Equal([CommandOutcome.WrongState, CommandOutcome.Applied, CommandOutcome.WrongState, CommandOutcome.WrongState], run.Results.Select(result => result.Outcome));
        Assert.Contains("there are no windows to take as normal", run.Results[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UseModel_AfterThat_BeginsWithTheNewModelsLevels()
    {
        using Detector.Models.AutoencoderModel other = TestModels.LoadRevision(("scale", "5"));
        var next = new ModelAssignment("*", other, [Rule.Resolve(other)]);
        using var run = new PipelineRun(Options, rules: Rule);
        run.Pipeline.Offer(next);
        var use = new OperatorCommand { Action = OperatorAction.UseModel, Target = AxisId.OfGateway, Model = "*", Revision = other.Hash };

        await run.FeedAsync(
            [TestBlock.Noise(Axis, 0, 100, amplitude: 100) with { Command = Say(OperatorAction.ThisWasNormal) },
            TestBlock.Noise(Axis, 1, 100) with { Command = use },
            TestBlock.Noise(Axis, 2, 100, amplitude: 100) with { Command = Say(OperatorAction.RestoreLevels) }],
            Cancelled);

        // What the model before had is nothing to restore.
        Assert.Equal([CommandOutcome.Applied, CommandOutcome.Applied, CommandOutcome.WrongState], run.Results.Select(result => result.Outcome));
        Assert.True(run.Of(Axis).Skip(6).First().Threshold > 50);
        Assert.Equal(50, run.Of(Axis).Last().Threshold);
        Assert.Equal(AlarmState.ActiveUnacknowledged, run.Of(Axis).Last().State);
    }

    [Theory]
    [InlineData(50, 40, 100, 125, 100)]
    [InlineData(50, 50, 100, 100, 100)]
    [InlineData(0, -4, 1, 5, 1)]
    [InlineData(50, 40, 30, 50, 40)]
    public void LevelsAbove_AnEpisode_LieAboveItAndAsFarApartAsBefore(double raise, double clear, float greatest, double newRaise, double newClear)
    {
        (double Raise, double Clear) levels = new AlarmEpisode(1, greatest).LevelsAbove(raise, clear);

        Assert.Equal(newRaise, levels.Raise, 3);
        Assert.Equal(newClear, levels.Clear, 3);
        Assert.True(greatest < levels.Clear && greatest < levels.Raise);
    }

    private static OperatorCommand Say(OperatorAction action) => new() { Action = action, Target = Axis, RuleId = "score", By = "ann" };

    private static OperatorCommand Maintain(OperatorAction action) => new() { Action = action, Target = AxisId.OfMachine(Axis.Machine) };
}
