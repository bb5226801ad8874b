using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Alarms;
using Thrum.Detector.Commands;
using Thrum.Detector.Evidence;
using Thrum.Detector.Measures;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Checkpoints;
using Thrum.Detector.Tests.Pipeline;
using Thrum.Detector.Trends;

namespace Thrum.Detector.Tests.Trends;

/// <summary>Trends behind the whole pipeline, over seconds in place of days.</summary>
public sealed class TrendPipelineTests
{
    private const int Samples = 60_000;
    private static readonly AxisId Axis = new("m", "s", "x");
    private static readonly AlarmRuleOptions FixedRule = new() { Threshold = ThresholdKind.Fixed, Raise = 1e6 };

    private static readonly Arbitrary<(int Seed, int[] Crashes, int Longest)> Cases = (
        from seed in Gen.Choose(0, 1_000_000)
        from crashes in Lives.Ends
        from longest in Gen.Choose(50, 4000)
        select (seed, crashes, longest)).ToArbitrary();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void RunAsync_AnyCutsAndCrashes_DecideTheSameTrends() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(12), Prop.ForAll(
            Cases, entry => CheckAsync(entry.Seed, entry.Crashes, entry.Longest).GetAwaiter().GetResult()));

    [Fact]
    public async Task RunAsync_Maintenance_SuppressesAndKeepsItsDataOut()
    {
        using PipelineRun run = Run();
        var commands = new OperatorCommands(run.Pipeline, TimeProvider.System);
        var results = new List<Task<CommandResult>>();
        IEnumerable<TestBlock> Blocks()
        {
            foreach (TestBlock block in Journal(null, 500))
            {
                // Under maintenance while it grows loud; afterwards loud is what it is.
                if (block.Sequence is 40 or 100)
                {
                    results.Add(commands.SubmitAsync(
                        new OperatorCommand { Action = block.Sequence == 40 ? OperatorAction.BeginMaintenance : OperatorAction.EndMaintenance, Target = AxisId.OfMachine("m") }, Cancelled));
                }

                yield return block.Unnumbered;
            }
        }

        await run.FeedAsync(Blocks(), Cancelled);

        Assert.All(await Task.WhenAll(results), result => Assert.Equal(CommandOutcome.Applied, result.Outcome));
        AlarmTransition[] change = [.. run.Transitions.Where(transition => transition.RuleId == "change")];
        Assert.DoesNotContain(change, transition => transition.To.IsActive());
    }

    private static async Task CheckAsync(int seed, int[] crashes, int longest)
    {
        using PipelineRun whole = Run();
        await whole.FeedAsync(Journal(null, 1000).Select(block => block.Unnumbered), Cancelled);

        TestBlock[] journal = Journal(new Random(seed), longest);
        using Lives lives = await Lives.LiveAsync(journal, crashes, _ => Run(), Cancelled);

        AlarmTransition raise = whole.Transitions.First(transition => transition.RuleId == "change");
        AlarmEvidence evidence = Assert.Single(whole.Evidence, evidence => evidence.TransitionId == raise.Id);
        Assert.Equal(("rms", 1000), (evidence.Trend?.Quantity, evidence.SampleRateHz));
        Assert.True(evidence.Trend!.Values.Count >= 10 && evidence.Trend.Level > 1.2 * evidence.Trend.Reference);
        Assert.Equal(1.25 * evidence.Trend.Reference!.Value, evidence.Trend.Limit!.Value, 1e-9);
        Assert.Equal(1000 * sizeof(float), Convert.FromBase64String(evidence.Buffer).Length);
        AlarmEvidence rise = whole.Evidence.First(evidence => evidence.RuleId == "rise");
        Assert.Contains(EvidenceCheck.All(rise, EvidenceReplay.Run(rise, null, [])), check => check is { What: "rise a day", Agrees: true });
        Assert.All(EvidenceCheck.All(rise, EvidenceReplay.Run(rise, null, [])), check => Assert.True(check.Agrees, check.ToString()));
        Assert.Equal(["change", "rise"], whole.Transitions.Select(transition => transition.RuleId).Distinct().Order());
        lives.AssertDecideWhat(whole);
    }

    private static PipelineRun Run() => new(
        new DetectorOptions
        {
            Shards = 1,
            MaxBatch = 16,
            Measures = new MeasureOptions { Interval = TimeSpan.FromSeconds(1) },
            Trends = new TrendOptions
            {
                Bucket = TimeSpan.FromSeconds(1),
                RunIn = TimeSpan.FromSeconds(4),
                Reference = TimeSpan.FromSeconds(6),
                Rules =
                [
                    new TrendRuleOptions { Id = "change", Quantity = TrendQuantity.Rms },
                    new TrendRuleOptions { Id = "rise", Quantity = TrendQuantity.Score, Kind = TrendKind.Slope, Limit = 1, Window = TimeSpan.FromSeconds(20) },
                ],
            },
        },
        rules: FixedRule);

    private static TestBlock[] Journal(Random? random, int longest)
    {
        var journal = new List<TestBlock>();
        for (int at = 0; at < Samples;)
        {
            int count = Math.Min(Samples - at, random?.Next(1, longest + 1) ?? longest);
            journal.Add(TestBlock.Of(Axis, at, count, Sample) with
            {
                Sequence = journal.Count + 1,
                IsBarrier = random?.Next(6) == 0,
            });
            at += count;
        }

        return [.. journal];
    }

    /// <summary>Quiet for 25 s, then growing by a factor of three until second 45.</summary>
    private static float Sample(int index) => (float)((new Random(index).NextDouble() - 0.5) * Math.Pow(3, Math.Clamp((index - 25_000) / 20_000.0, 0, 1)));
}
