using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Alarms;
using Thrum.Detector.Operating;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Checkpoints;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Tests.Pipeline;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Operating;

/// <summary>Blocks that wait for the machine's speed when a process dies, and when its settings change: each is taken once.</summary>
public sealed class HeldBlocksTests
{
    private const int BlockMs = 50;

    private static readonly AxisId Beside = SpeedRun.Axis with { Axis = "y" };

    private static readonly AlarmRuleOptions Rule = SpeedRun.Rule with { Threshold = ThresholdKind.Fixed, Raise = 1e6, Clear = 1e5 };

    private static readonly OperatingOptions OfBeside = SpeedRun.Operating with { Match = Beside.ToString() };

    private static readonly Dictionary<string, OperatingOptions[]> Settings = new()
    {
        ["tacho"] = [SpeedRun.Operating],
        ["drive"] = [OfBeside, SpeedRun.Operating with { Source = "drive/rpm" }],
        ["level"] = [OfBeside, new OperatingOptions { RunningAbove = 1e-6 }],
        ["nothing"] = [],
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Changes =>
    [
        ("tacho", "tacho"), ("tacho", "drive"), ("tacho", "level"), ("tacho", "nothing"), ("nothing", "tacho"), ("level", "tacho"),
    ];

    /// <summary>Blocks without stamps: nothing but the journal's sequence and the axis's own state tells a repeat. The journal is read from its beginning again.</summary>
    [Theory]
    [MemberData(nameof(Changes))]
    public async Task RunAsync_OtherSourceAfterARestart_TakesEachBlockOnce(string first, string second)
    {
        // No speed is told from 400 ms on; barriers come before, while and after blocks wait.
        TestBlock[] journal = [.. Journal(1000, speedUntilMs: 400).Select(block => block with { IsBarrier = block.Sequence is 10 or 20 or 24 })];
        using PipelineRun before = Run(first), after = Run(second);

        await before.FeedAsync(journal.Take(24), Cancelled);
        after.TakeOver(before);
        await after.FeedAsync(journal, Cancelled);

        long[] times = [.. before.Of(SpeedRun.Axis).Concat(after.Of(SpeedRun.Axis)).Select(window => window.TimeUnixNs)];
        Assert.Equal(Enumerable.Range(0, times.Length).Select(i => PipelineRun.Origin + ((TestModels.Window - 1 + (i * TestModels.Hop)) * 1_000_000L)), times);
        Assert.InRange(times.Length, 40, ((1000 - TestModels.Window) / TestModels.Hop) + 1);
        Assert.DoesNotContain(after.Log.Lines, line => line.Contains("of m1// ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_OtherSourceWhileBlocksWait_JudgesThemByItOnceItSpeaks()
    {
        using PipelineRun before = Run("tacho"), after = Run("drive");
        await before.FeedAsync([.. Journal(200, speedUntilMs: 0), TestBlock.Noise(Beside, 0, 1) with { Sequence = 100, IsBarrier = true }], Cancelled);

        // The old source, which another axis still has, speaks first.
        TestBlock[] old = [.. Enumerable.Range(0, 40).Select(i => SpeedRun.Speed("m1", 25 * i, 1000))];
        TestBlock[] present = [.. old.Select(block => block with { Axis = new AxisId("m1", "drive", "rpm") })];
        after.TakeOver(before);
        await after.FeedAsync(old.Concat(present).Select((block, i) => block with { Sequence = 101 + i }), Cancelled);

        Assert.Equal(((200 - TestModels.Window) / TestModels.Hop) + 1, after.Of(SpeedRun.Axis).Count());
        Assert.All(after.Of(SpeedRun.Axis), window => Assert.Equal(WindowStatus.Valid, window.Status));
    }

    [Fact]
    public void RunAsync_NumberedBlocksWithoutStampsAndCrashes_GiveIdenticalWindows() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20), Prop.ForAll(
            (from ends in Lives.Ends from seed in Gen.Choose(0, int.MaxValue) select (ends, seed)).ToArbitrary(), entry => CheckAsync(entry.ends, entry.seed).GetAwaiter().GetResult()));

    [Fact]
    public async Task RunAsync_SourceOfOtherMachines_IsScoredOnThis()
    {
        var current = new AxisId("fan7", "drive", "current");
        using PipelineRun run = Run("", new OperatingOptions { Match = "press*/*", Source = "drive/current", RunningAbove = 1 });

        await run.FeedAsync([TestBlock.Noise(current, 0, 200), TestBlock.Noise(current with { Machine = "press1" }, 0, 200)], Cancelled);

        Assert.Equal([current], run.Lines.Keys);
        Assert.Equal("Information 2016 press1/drive/current tells how its machine runs, as a Source of Detector:Operating: its values are not scored", Assert.Single(run.Log.Lines));
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("fan*", true)]
    [InlineData("f*/z", true)]
    [InlineData("*x", true)]
    [InlineData("fan7/s/x", true)]
    [InlineData("fan7/s*", true)]
    [InlineData("fan70/*", false)]
    [InlineData("fan", false)]
    [InlineData("press*/*", false)]
    public void MayMatchOn_PatternsOverAxes_AsTheTextBeforeTheStar(string match, bool may) =>
        Assert.Equal(may, new OperatingOptions { Match = match }.MayMatchOn("fan7"));

    /// <summary>A part of a millisecond has no exact seconds: a sum that goes up and down would leave a rest, which no restored state has.</summary>
    [Fact]
    public void Drain_TooMuchWaits_ReleasesWhatARestoredAxisDoes()
    {
        var random = new Random(3);
        var stream = new AxisStream(SpeedRun.Axis, slot: 0, shard: 0);
        var track = new OperatingTrack(timeoutNs: 500_000_000, latenessNs: 0);
        var held = new HeldAxis(stream, track);
        for (int i = 0; i < 500; i++)
        {
            var restored = new HeldAxis(stream, track);
            var reader = Saved.Open(Saved.Blob(held.Save));
            Assert.True(restored.TryLoad(ref reader));

            // All of one moment: nothing but their length can make them too many.
            var block = new SampleBlock(stream, TimeSource.Stamped, PipelineRun.Origin, 1000, 0, 10 * random.Next(1, 11));
            Assert.Equal(Released(restored, block), Released(held, block));
        }

        static int Released(HeldAxis held, in SampleBlock block)
        {
            int released = 0;
            held.Add(block, new float[block.Count]);
            held.Drain(all: false, (in _, _) => released++);
            return released;
        }
    }

    private static async Task CheckAsync(int[] ends, int seed)
    {
        var random = new Random(seed);
        TestBlock[] journal =
        [
            .. Journal(2000, speedUntilMs: 2000).Select(block => block with
            {
                // Repeats are told by their numbers, holes too.
                Number = block.Axis == SpeedRun.Axis ? (uint)((block.FirstUnixNs - PipelineRun.Origin) / (BlockMs * 1_000_000L)) : null,
            })
            .SelectMany(block => random.Next(12) switch { 0 => new[] { block, block }, 1 => [], _ => [block] })
            .Select((block, i) => block with { Sequence = i + 1, IsBarrier = random.Next(12) == 0 }),
        ];
        using PipelineRun whole = Run("tacho");
        await whole.FeedAsync(journal, Cancelled);
        using Lives lives = await Lives.LiveAsync(journal, ends, _ => Run("tacho"), Cancelled);

        lives.AssertTellWhat(whole);
    }

    private static PipelineRun Run(string settings, params OperatingOptions[] operating) => new(
        TestModels.LoadDense(),
        new DetectorOptions { Shards = 1, MaxBatch = 16, Lateness = TimeSpan.FromMilliseconds(20), Baseline = new() { Enabled = false }, Operating = settings.Length == 0 ? operating : Settings[settings] },
        rules: Rule);

    /// <summary>An axis without stamps, whose blocks come as they are measured, with the speed of every 25 ms between them.</summary>
    private static IEnumerable<TestBlock> Journal(int ms, int speedUntilMs) => Enumerable.Range(0, ms / BlockMs).SelectMany(i => new[]
    {
        SpeedRun.Speed("m1", i * BlockMs, 1000, 1000), TestBlock.Noise(SpeedRun.Axis, i, BlockMs) with { Time = TimeSource.Counted },
    }).Where(block => block.Axis == SpeedRun.Axis || block.FirstUnixNs < PipelineRun.Origin + (speedUntilMs * 1_000_000L)).Select((block, i) => block with { Sequence = i + 1 });
}
