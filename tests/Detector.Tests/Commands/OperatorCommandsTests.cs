using Thrum.Detector.Alarms;
using Thrum.Detector.Commands;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Tests.Pipeline;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Commands;

public sealed class OperatorCommandsTests
{
    private static readonly AxisId Axis = new("pump", "s1", "x");

    private static readonly AlarmRuleOptions Rule = new() { Threshold = ThresholdKind.Fixed, Raise = 50, Clear = 40, RaiseCount = 1, OfWindows = 1, Acknowledge = AcknowledgeKind.Required };

    [Fact]
    public async Task SubmitAsync_AcknowledgeAndMaintenance_TakeEffectBehindTheSamplesBeforeThem()
    {
        await using var run = new LiveRun(Rule);
        await run.WriteAsync(0, amplitude: 100);

        CommandResult acknowledged = await run.SubmitAsync(OperatorAction.Acknowledge);
        CommandResult again = await run.SubmitAsync(OperatorAction.Acknowledge);
        CommandResult begun = await run.SubmitAsync(OperatorAction.BeginMaintenance);
        await run.WriteAsync(1, amplitude: 100);
        CommandResult ended = await run.SubmitAsync(OperatorAction.EndMaintenance);
        await run.WriteAsync(2, amplitude: 100);
        await run.EndAsync();

        Assert.Equal(
            [CommandOutcome.Applied, CommandOutcome.WrongState, CommandOutcome.Applied, CommandOutcome.Applied],
            new[] { acknowledged, again, begun, ended }.Select(result => result.Outcome));
        Assert.Equal("pump/s1/x alarm 'score' is activeAcknowledged, expected activeUnacknowledged or returnedUnacknowledged", again.Message);
        Assert.Equal(
            [AlarmState.ActiveUnacknowledged, AlarmState.ActiveAcknowledged, AlarmState.Suppressed, AlarmState.Normal, AlarmState.ActiveUnacknowledged],
            run.Transitions.Select(transition => transition.To));
        WindowStatus[] statuses = [.. run.Windows.Select(window => window.Status)];
        Assert.Equal(
            [WindowStatus.Valid, WindowStatus.Maintenance, WindowStatus.Valid],
            statuses.Where((status, i) => i == 0 || statuses[i - 1] != status));
        Assert.All(run.Windows, window => Assert.Equal(window.Status == WindowStatus.Valid, window.HasScore));
    }

    [Fact]
    public async Task SubmitAsync_UnknownOrInvalid_SaysSoAndChangesNothing()
    {
        await using var run = new LiveRun(Rule);

        CommandResult unknownMachine = await run.SubmitAsync(OperatorAction.BeginMaintenance);
        await run.WriteAsync(0, amplitude: 1);
        CommandResult unknownRule = await run.SubmitAsync(new OperatorCommand { Action = OperatorAction.Reset, Target = Axis, RuleId = "other" });
        CommandResult unknownAxis = await run.SubmitAsync(new OperatorCommand { Action = OperatorAction.Reset, Target = Axis with { Axis = "z" }, RuleId = "score" });
        CommandResult invalid = await run.SubmitAsync(new OperatorCommand { Action = OperatorAction.Reset, Target = AxisId.OfMachine("pump"), RuleId = "score" });
        await run.EndAsync();
        CommandResult late = await run.SubmitAsync(OperatorAction.Acknowledge);

        Assert.Equal(
            [CommandOutcome.Unknown, CommandOutcome.Unknown, CommandOutcome.Unknown, CommandOutcome.Invalid, CommandOutcome.Unavailable],
            new[] { unknownMachine, unknownRule, unknownAxis, invalid, late }.Select(result => result.Outcome));
        Assert.Empty(run.Transitions);
        Assert.Equal(0, run.Pipeline.SamplePool.Rented);
    }

    [Fact]
    public async Task SubmitAsync_ShelveAndUnshelve_GiveTransitionsOfTheirSequence()
    {
        await using var run = new LiveRun(Rule);
        await run.WriteAsync(0, amplitude: 1);
        await run.SubmitAsync(new OperatorCommand { Action = OperatorAction.Shelve, Target = Axis, RuleId = "score", UntilUnixNs = long.MaxValue, By = "ann" });
        await run.WriteAsync(1, amplitude: 100);
        await run.SubmitAsync(OperatorAction.Unshelve);
        await run.EndAsync();

        Assert.Equal(
            [(AlarmState.Normal, AlarmState.Shelved, "pump/s1/x: shelved by ann, until the first window from 2262-04-11T23:47:16Z on"), (AlarmState.Shelved, AlarmState.ActiveUnacknowledged, "pump/s1/x: unshelved by op")],
            run.Transitions.Select(transition => (transition.From, transition.To, transition.Message)));
        Assert.NotEqual(
            run.Transitions[0].Id, AlarmTransition.ComputeId(Axis, "score", run.Transitions[0].EventTimeUnixNs, AlarmState.Normal, AlarmState.Shelved));
    }

    [Fact]
    public void Decode_OfEncode_GivesTheCommandAndNothingFromGarbage()
    {
        var command = new OperatorCommand { Action = OperatorAction.Shelve, Target = Axis, RuleId = "score", UntilUnixNs = 12345678901234567, By = "ann" };

        Assert.Equal(command, OperatorCommand.Decode(command.Encode()));
        Assert.Null(OperatorCommand.Decode("{}"u8));
        Assert.Null(OperatorCommand.Decode("garbage"u8));
        Assert.Null(OperatorCommand.Decode("{\"action\":\"Reset\",\"target\":{},\"by\":null}"u8));
    }

    /// <summary>A pipeline that runs while the test talks to it.</summary>
    private sealed class LiveRun : IAsyncDisposable
    {
        private const int Samples = 320;
        private readonly Detector.Models.AutoencoderModel _model = TestModels.LoadDense();
        private readonly Task _run, _read;
        private readonly OperatorCommands _commands;
        private bool _ended;

        public LiveRun(AlarmRuleOptions rule)
        {
            ModelAssignment[] models = [new("*", _model, [rule.Resolve(_model)])];
            Pipeline = new DetectorPipeline(new DetectorOptions { Shards = 1, Lateness = TimeSpan.Zero }, models, TimeProvider.System, new RecordingLogger());
            _commands = new OperatorCommands(Pipeline, TimeProvider.System);
            _run = Pipeline.RunAsync(CancellationToken.None);
            _read = ReadAsync();
        }

        public DetectorPipeline Pipeline { get; }

        public List<AlarmTransition> Transitions { get; } = [];

        public List<WindowScore> Windows { get; } = [];

        public Task<CommandResult> SubmitAsync(OperatorCommand command) => _commands.SubmitAsync(command, CancellationToken.None);

        public Task<CommandResult> SubmitAsync(OperatorAction action) => SubmitAsync(
            action is OperatorAction.BeginMaintenance or OperatorAction.EndMaintenance
                ? new OperatorCommand { Action = action, Target = AxisId.OfMachine(Axis.Machine), By = "op" }
                : new OperatorCommand { Action = action, Target = Axis, RuleId = "score", By = "op" });

        public async Task WriteAsync(int index, double amplitude)
        {
            TestBlock block = TestBlock.Noise(Axis, index, Samples, amplitude);
            AxisStream stream = Pipeline.Streams.Resolve(Axis);
            SampleBatch batch = Pipeline.SamplePool.Rent(Samples);
            block.Samples.CopyTo(batch.FreeSpan());
            batch.Append(stream, block.Time, block.FirstUnixNs, block.RateHz, Samples);
            await Pipeline.Inputs[0].WriteAsync(batch);
        }

        public async Task EndAsync()
        {
            if (!_ended)
            {
                _ended = true;
                Pipeline.Inputs[0].Complete();
                await _run;
                await _read;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await EndAsync();
            Pipeline.Dispose();
            _model.Dispose();
        }

        private async Task ReadAsync()
        {
            await foreach (ScoreBatch batch in Pipeline.Output.ReadAllAsync())
            {
                using (batch)
                {
                    Windows.AddRange(batch.Windows.ToArray());
                    Transitions.AddRange(batch.Transitions);
                }
            }
        }
    }
}
