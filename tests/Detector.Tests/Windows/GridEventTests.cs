using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Tests.Pipeline;

namespace Thrum.Detector.Tests.Windows;

/// <summary>Whatever happens to a sample grid is counted by its reason.</summary>
public sealed class GridEventTests
{
    private static readonly AxisId Axis = new("m", "s", "x");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<GridEvent, long> Cases => new()
    {
        { GridEvent.Hole, 2 }, { GridEvent.StepBack, 1 }, { GridEvent.RateChange, 2 }, { GridEvent.TimeSource, 1 }, { GridEvent.Silence, 1 }, { GridEvent.Renumbered, 1 }, { GridEvent.Overlap, 30 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task RunAsync_WhatHappensToAGrid_IsCountedByItsReason(GridEvent expected, long count)
    {
        using var run = new PipelineRun(new DetectorOptions { Shards = 1, MaxBatch = 16, Lateness = TimeSpan.Zero });

        await run.FeedAsync(expected switch
        {
            GridEvent.Hole => [Block(0, 100), Block(200, 100), Block(900, 10)],
            GridEvent.StepBack => [Block(0, 100), Block(60, 100, seed: 2)],
            GridEvent.RateChange => [Block(0, 100), Block(100, 100) with { RateHz = 2000 }, Block(150, 100)],
            GridEvent.TimeSource => [Block(0, 100), Block(100, 100) with { Time = TimeSource.Counted }],
            GridEvent.Silence => [Block(0, 100) with { Time = TimeSource.Counted }, Block(1_000_000, 100) with { Time = TimeSource.Counted }],
            GridEvent.Renumbered => [Numbered(500), Numbered(501), Numbered(501), Numbered(1)],
            _ => [Block(0, 100), Block(70, 100)],
        }, Cancelled);

        Assert.Equal(Counts((expected, count)), Counts(run.Pipeline.Grid));
    }

    [Fact]
    public async Task RunAsync_NumbersWithHoles_AreCountedAndSaidOnceAnEpisode()
    {
        using var run = new PipelineRun(new DetectorOptions { Shards = 1, MaxBatch = 16, Lateness = TimeSpan.Zero });

        await run.FeedAsync([Numbered(1), Numbered(3), Numbered(3), Numbered(9)], Cancelled);

        Assert.Equal(Counts((GridEvent.Hole, 2)), Counts(run.Pipeline.Grid));
        Assert.Equal(1, run.Pipeline.Counters.DroppedFor(DropReason.Duplicate));
        Assert.Single(run.Log.Lines, line => line.Contains("m/s/x sends block number 3 where 2 was due", StringComparison.Ordinal));
        Assert.DoesNotContain(run.Log.Lines, line => line.Contains("where 4 was due", StringComparison.Ordinal));
        Assert.Single(run.Log.Lines, line => line.Contains("m/s/x sends block number 3 again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_StreamInOrder_CountsNothing()
    {
        using var run = new PipelineRun(new DetectorOptions { Shards = 1, MaxBatch = 16 });

        await run.FeedAsync([Block(0, 100), Block(100, 50), Block(150, 1)], Cancelled);

        Assert.Equal(Counts(), Counts(run.Pipeline.Grid));
    }

    /// <summary>y begins 40 samples after x, and z 10 after y: what x and y have before has no partner.</summary>
    [Fact]
    public async Task RunAsync_AxesOfAJointWindow_CountsWhatHasNoPartner()
    {
        using var run = new PipelineRun(JointModels.LoadThreeAxes(), new DetectorOptions { Shards = 1, MaxBatch = 16, Lateness = TimeSpan.Zero });

        await run.FeedAsync(
            [Block(0, 200), Block(40, 160) with { Axis = Axis with { Axis = "y" } }, Block(50, 150) with { Axis = Axis with { Axis = "z" } }], Cancelled);

        Assert.Equal(Counts((GridEvent.Unpaired, 60)), Counts(run.Pipeline.Grid));
    }

    [Fact]
    public void ToWireName_EveryEvent_IsItsNameInCamelCase() =>
        Assert.All(Enum.GetValues<GridEvent>(), value => Assert.Equal(char.ToLowerInvariant($"{value}"[0]) + $"{value}"[1..], value.ToWireName()));

    private static Dictionary<GridEvent, long> Counts(params (GridEvent Event, long Count)[] counted) =>
        Enum.GetValues<GridEvent>().ToDictionary(value => value, value => counted.Where(entry => entry.Event == value).Sum(entry => entry.Count));

    private static Dictionary<GridEvent, long> Counts(GridCounters counters) => Enum.GetValues<GridEvent>().ToDictionary(value => value, counters.Of);

    private static TestBlock Numbered(uint number) => Block(0, 100) with { Time = TimeSource.Counted, Number = number };

    /// <summary>The same sample has the same value in every block of a seed.</summary>
    private static TestBlock Block(int first, int count, int seed = 1) => new(
        Axis, PipelineRun.Origin + (first * 1_000_000L), TestModels.RateHz, [.. Enumerable.Range(first, count).Select(i => (float)new Random((1000 * seed) + i).NextDouble())]);
}
