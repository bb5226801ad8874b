using Thrum.Detector.Alarms;
using Thrum.Detector.Baselines;
using Thrum.Detector.Calibration;
using Thrum.Detector.Commands;
using Thrum.Detector.Evidence;
using Thrum.Detector.Measures;
using Thrum.Detector.Models;
using Thrum.Detector.Operating;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Tests.Pipeline;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Operating;

public sealed class BandTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_SpeedGoesThroughStatesAndBands_EachWindowSaysWhy()
    {
        using PipelineRun run = Run();

        // Standing, slow, fast, a band without a calibration, above all bands, and at last nothing is told any more.
        await run.FeedAsync(Machine(3000, 1, ms => ms switch { < 400 => 0, < 800 => 1000, < 1200 => 2000, < 1600 => 3500, < 2000 => 5000, < 2400 => 1000, _ => null }), Cancelled);

        WindowScore[] windows = [.. run.Of(SpeedRun.Axis)];
        WindowStatus[] states = [.. windows.Select(window => window.Status)];
        Assert.Equal(
            [
                WindowStatus.Stopped, WindowStatus.WarmingUp, WindowStatus.Valid, WindowStatus.BandChange, WindowStatus.Valid, WindowStatus.BandChange,
                WindowStatus.NotCalibrated, WindowStatus.BandChange, WindowStatus.NoBand, WindowStatus.BandChange, WindowStatus.Valid, WindowStatus.NoSpeed,
            ],
            states.Where((status, i) => i == 0 || status != states[i - 1]));
        Assert.All(windows, window => Assert.Equal(window.Status is WindowStatus.Valid or WindowStatus.NotCalibrated, !float.IsNaN(window.Score)));
        Assert.All(windows, window => Assert.Equal(window.Status is WindowStatus.Valid, !float.IsNaN(window.PValue)));
        Assert.Equal(PipelineRun.Origin + (2991 * 1_000_000L), windows[^1].TimeUnixNs);
    }

    [Fact]
    public async Task RunAsync_SameVibrationInTwoBands_AlarmsOnlyWhereItIsUnusual()
    {
        using PipelineRun run = Run();

        await run.FeedAsync(Machine(2400, 18, ms => ms < 800 ? 2000 : ms < 1600 ? 3500 : 1000), Cancelled);

        AlarmTransition raised = Assert.Single(run.Transitions);
        Assert.Equal(AlarmState.ActiveUnacknowledged, raised.To);
        Assert.InRange(raised.EventTimeUnixNs, PipelineRun.Origin + 1_600_000_000, PipelineRun.Origin + 1_800_000_000);
        WindowScore fast = run.Of(SpeedRun.Axis).First(window => window.Status == WindowStatus.Valid), slow = run.Of(SpeedRun.Axis).Last();
        Assert.True(slow.Threshold < fast.Score && fast.Score < fast.Threshold, $"{slow.Threshold} {fast.Score} {fast.Threshold}");
    }

    [Fact]
    public async Task RunAsync_AlarmWhenTheBandChanges_StaysUntilTheNewBandSpoke()
    {
        using PipelineRun run = Run();

        // An alarm in the slow band goes on through a band without a calibration, and is judged anew in the fast one.
        await run.FeedAsync(Machine(2400, 18, ms => ms < 800 ? 1000 : ms < 1600 ? 3500 : 2000), Cancelled);

        Assert.Equal([AlarmState.ActiveUnacknowledged, AlarmState.Normal], run.Transitions.Select(transition => transition.To));
        Assert.InRange(run.Transitions[1].EventTimeUnixNs, PipelineRun.Origin + 1_600_000_000, PipelineRun.Origin + 1_800_000_000);
    }

    [Fact]
    public async Task ThisWasNormal_AlarmOfAnotherBandWithoutALevelHere_SaysWhyNot()
    {
        using PipelineRun run = Run();
        TestBlock[] blocks = [.. Machine(1600, 18, ms => ms < 800 ? 1000 : 3500)];
        blocks[^2] = blocks[^2] with { Command = new OperatorCommand { Action = OperatorAction.ThisWasNormal, Target = SpeedRun.Axis, RuleId = "score" } };

        await run.FeedAsync(blocks, Cancelled);

        Assert.Equal(AlarmState.ActiveUnacknowledged, Assert.Single(run.Transitions).To);
        Assert.Equal(CommandOutcome.WrongState, Assert.Single(run.Results).Outcome);
        Assert.Contains("no level in the present band", run.Results[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_BandSettle_LeavesWindowsBehindAChangeUnscored()
    {
        using PipelineRun run = Run(SpeedRun.Operating with { BandSettle = TimeSpan.FromMilliseconds(200) });

        await run.FeedAsync(Machine(1600, 1, ms => ms < 800 ? 1000 : 2000), Cancelled);

        WindowStatus[] states = [.. run.Of(SpeedRun.Axis).Select(window => window.Status)];
        Assert.Equal([WindowStatus.Valid, WindowStatus.BandChange, WindowStatus.Valid], states.Where((status, i) => i > 1 && status != states[i - 1]).Prepend(WindowStatus.Valid));
        Assert.InRange(states.Count(status => status == WindowStatus.BandChange), 13, 16);
    }

    [Fact]
    public async Task RunAsync_FixedLevel_HoldsInEveryBand()
    {
        using PipelineRun run = Run(rule: SpeedRun.Rule with { Threshold = ThresholdKind.Fixed, Raise = 50, Clear = 40 });

        await run.FeedAsync(Machine(800, 30, _ => 3500), Cancelled);

        Assert.Equal(AlarmState.ActiveUnacknowledged, Assert.Single(run.Transitions).To);
    }

    [Fact]
    public async Task RunAsync_BaselineLearnsEachBandByItself()
    {
        var options = new DetectorOptions
        {
            Shards = 1,
            Operating = [SpeedRun.Operating],
            Baseline = new BaselineOptions { Window = TimeSpan.FromMilliseconds(64), Learning = TimeSpan.FromSeconds(2), Calibration = TimeSpan.FromSeconds(2) },
        };
        using var run = new PipelineRun(options, "nobody/*");

        // Loud when fast, silent when slow; each band is learned in two parts, and then both are compared with themselves.
        static float Speed(int ms) => ms / 2500 % 2 == 0 ? 1000 : 2000;
        await run.FeedAsync(Machine(20_000, 1, ms => Speed(ms), ms => Speed(ms) < 1500 ? 1 : 20), Cancelled);

        WindowScore[] scored = [.. run.Of(SpeedRun.Axis).Where(window => window.Status == WindowStatus.Valid)];
        Assert.Empty(run.Transitions);
        Assert.All(scored, window => Assert.InRange(window.Score, -6, 6));
        Assert.Contains(scored, window => Speed((int)((window.TimeUnixNs - PipelineRun.Origin) / 1_000_000)) < 1500);
        Assert.Contains(scored, window => Speed((int)((window.TimeUnixNs - PipelineRun.Origin) / 1_000_000)) > 1500);
        Assert.DoesNotContain(scored, window => window.TimeUnixNs < PipelineRun.Origin + 6_500_000_000);
    }

    [Fact]
    public async Task RunAsync_SteadyMeasuredSpeed_IsThatOfTheEvidence()
    {
        AlarmRuleOptions rule = SpeedRun.Rule with { Threshold = ThresholdKind.Fixed, Raise = 50, Clear = 40 };
        var options = new DetectorOptions { Shards = 1, Operating = [SpeedRun.Operating], Measures = new MeasureOptions { Buffer = TimeSpan.FromMilliseconds(400), Interval = TimeSpan.FromSeconds(1) } };
        AutoencoderModel model = SpeedRun.LoadModel();
        var pipeline = new DetectorPipeline(options, [new ModelAssignment("*", model, [rule.Resolve(model)])], TimeProvider.System, new RecordingLogger(), [new MachineOptions { Rpm = 30_000 }]);
        using var run = new PipelineRun(pipeline, model);

        await run.FeedAsync(Machine(3000, 1, ms => ms < 1500 ? 1200 : 1200 + ((ms - 1500) / 10), ms => ms is >= 1000 and < 1200 or >= 2200 ? 30 : 1), Cancelled);

        AlarmEvidence[] evidence = [.. run.Evidence];
        Assert.Equal(20.0, evidence[0].Measure.ShaftHz);
        Assert.Contains(evidence, taken => taken.Measure.ShaftHz is null);
        Assert.DoesNotContain(evidence, taken => taken.Measure.ShaftHz == 500);
    }

    [Fact]
    public async Task RunAsync_JointAxes_AreJudgedInTheBandOfTheirMachine()
    {
        WindowScore[] joint = await JointAsync(SpeedRun.Operating);

        Assert.Equal(["slow", null, "fast"], joint.Select(window => window.Band).Where((band, i) => i == 0 || band != joint[i - 1].Band));
        Assert.Contains(joint, window => window.Status == WindowStatus.BandChange);
    }

    [Fact]
    public async Task RunAsync_JointAxesOfWhichTheFirstHasNoBands_AreJudgedInTheBandOfTheOthers()
    {
        WindowScore[] joint = await JointAsync(new OperatingOptions { Match = "m1/s1/x", RunningAbove = 1e-6 }, SpeedRun.Operating);

        Assert.Equal(["slow", "fast"], joint.Select(window => window.Band).OfType<string>().Distinct());
    }

    [Fact]
    public async Task RunAsync_SpeedTopic_IsNoAxisAndIsCounted()
    {
        using PipelineRun run = Run();
        TestBlock[] blocks = [.. Machine(800, 1, _ => 1000)];

        await run.FeedAsync([.. blocks, SpeedRun.Speed("m1", 0, 1000)], Cancelled);

        Assert.DoesNotContain(run.Windows, window => window.Window.Stream.Id.Sensor == "tacho");
        Assert.Equal(blocks.Length + 1, run.Pipeline.Counters.Received);
        Assert.Equal(blocks.Length, run.Pipeline.Counters.Sent);
    }

    [Fact]
    public void Faults_BandsThatCannotBe_AreNamed()
    {
        Assert.Empty(SpeedRun.Operating.Faults());
        Expect(SpeedRun.Operating with { Source = "" }, "Bands are given without a Source, expected the speed or load that tells them");
        Expect(SpeedRun.Operating with { Source = "tacho" }, "Source is 'tacho', expected the sensor and axis of the same machine, such as tacho/default");
        Expect(SpeedRun.Operating with { RunningAbove = 0, StoppedBelow = null }, "RunningAbove is 0, expected a level above 0");
        Expect(SpeedRun.Operating with { StoppedBelow = 101 }, "StoppedBelow is 101, expected above 0 and at most RunningAbove (100)");
        Expect(SpeedRun.Operating with { Bands = [SpeedRun.Slow, SpeedRun.Fast with { From = 1400 }] }, "Bands: 'slow' ends at 1500, expected at most 1400, where 'fast' begins");
        Expect(SpeedRun.Operating with { Bands = [SpeedRun.Slow, SpeedRun.Fast with { Name = "slow" }] }, "Bands: the Name 'slow' stands more than once");
        Expect(SpeedRun.Operating with { Bands = [SpeedRun.Slow with { To = 500 }] }, "Bands: 'slow' goes from 500 to 500, expected a finite range");
        Expect(SpeedRun.Operating with { Bands = [SpeedRun.Slow with { To = double.PositiveInfinity }] }, "Bands: 'slow' goes from 500 to Infinity, expected a finite range");
        Expect(
            SpeedRun.Operating with { Bands = [SpeedRun.Slow with { Name = new string('a', 65) }] },
            $"Bands: the name '{new string('a', 64)}…' has 65 characters, expected at most 64");

        static void Expect(OperatingOptions options, string fault) => Assert.Equal(fault, Assert.Single(options.Faults()));
    }

    [Fact]
    public void Parse_BandsOfAModel_ComeBackAsTheyWere()
    {
        using AutoencoderModel model = SpeedRun.LoadModel();
        ModelMetadata again = ModelMetadata.FromProperties(model.Metadata.ToProperties());

        Assert.Equal(["slow", "fast"], again.Bands.Select(band => band.Band.Name));
        Assert.Equal(model.Metadata.Bands[1].Table.ToJson(), again.Bands[1].Table.ToJson());
        Assert.Null(again.Bands[1].Scores);
    }

    [Theory]
    [InlineData("""{"version":2,"bands":[]}""")]
    [InlineData("""{"version":1}""")]
    [InlineData("""{"version":1,"bands":[{"name":"a","from":1,"to":2}]}""")]
    [InlineData("""{"version":1,"bands":[{"name":"a","from":2,"to":2,"calibration":{}}]}""")]
    [InlineData("""{"version":1,"bands":[{"name":"a","from":1,"to":2,"calibration":{}},{"name":"a","from":2,"to":3,"calibration":{}}]}""")]
    [InlineData("""{"version":1,"bands":[null]}""")]
    public void Parse_AnotherForm_IsRefused(string json) => Assert.Throws<FormatException>(() => BandCalibration.Parse(json));

    [Fact]
    public void Resolve_BandOfOtherLimits_HasNoLevels()
    {
        using AutoencoderModel model = SpeedRun.LoadModel();
        AlarmRule rule = SpeedRun.Rule.Resolve(model);

        Assert.True(double.IsFinite(rule.In(SpeedRun.Slow).RaiseLevel));
        Assert.True(double.IsNaN(rule.In(SpeedRun.Slow with { To = 1400 }).RaiseLevel));
        Assert.True(double.IsNaN(rule.In(SpeedRun.Top).RaiseLevel));
    }

    private static async Task<WindowScore[]> JointAsync(params OperatingOptions[] operating)
    {
        var options = new DetectorOptions { Shards = 1, Operating = operating };
        using var run = new PipelineRun(JointModels.LoadThreeAxes(), options, rules: SpeedRun.Rule with { Threshold = ThresholdKind.Fixed, Raise = 1e6 });
        TestBlock[] one = [.. Machine(1600, 1, ms => ms < 800 ? 1000 : 2000)];
        await run.FeedAsync(one.SelectMany(block => block.Axis.Sensor == "tacho" ? [block] : new[] { "x", "y", "z" }.Select(axis => block with { Axis = block.Axis with { Axis = axis } })), Cancelled);
        return [.. run.Of(new AxisId("m1", "s1", AxisId.Joint))];
    }

    private static PipelineRun Run(OperatingOptions? operating = null, AlarmRuleOptions? rule = null) =>
        new(SpeedRun.LoadModel(), new DetectorOptions { Shards = 1, MaxBatch = 16, Operating = [operating ?? SpeedRun.Operating] }, rules: rule ?? SpeedRun.Rule);

    /// <summary>Vibration in blocks of 50 ms with the speed of every 25 ms between them, as a machine would send both.</summary>
    private static IEnumerable<TestBlock> Machine(int ms, double amplitude, Func<int, float?> speed, Func<int, double>? loudness = null)
    {
        for (int at = 0; at < ms; at += 50)
        {
            foreach (int of in new[] { at, at + 25 })
            {
                if (speed(of) is { } value)
                {
                    yield return SpeedRun.Speed("m1", of, value);
                }
            }

            yield return TestBlock.Noise(SpeedRun.Axis, at / 50, 50, loudness?.Invoke(at) ?? amplitude);
        }

        if (speed(ms) is { } last)
        {
            yield return SpeedRun.Speed("m1", ms, last, last, last);
        }
    }
}
