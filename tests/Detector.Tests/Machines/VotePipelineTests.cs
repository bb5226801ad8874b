using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Alarms;
using Thrum.Detector.Commands;
using Thrum.Detector.Evidence;
using Thrum.Detector.Machines;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Checkpoints;
using Thrum.Detector.Tests.Pipeline;

namespace Thrum.Detector.Tests.Machines;

/// <summary>Votes behind the whole pipeline: samples in, transitions out.</summary>
public sealed class VotePipelineTests
{
    private const int Samples = 9_000;
    private static readonly AxisId[] Axes = [new("m", "s1", "x"), new("m", "s1", "y"), new("m", "s2", "x")];

    private static readonly Arbitrary<(int Seed, int[] Crashes, int Longest)> Cases = (
        from seed in Gen.Choose(0, 1_000_000)
        from crashes in Lives.Ends
        from longest in Gen.Choose(10, 900)
        select (seed, crashes, longest)).ToArbitrary();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void RunAsync_AnyCutsOrderOfSensorsAndCrashes_DecideTheSameVotes() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(25), Prop.ForAll(
            Cases, entry => CheckAsync(entry.Seed, entry.Crashes, entry.Longest).GetAwaiter().GetResult()));

    [Fact]
    public async Task SubmitAsync_AcknowledgeOfAMachine_IsApplied()
    {
        using PipelineRun run = Run();
        var commands = new OperatorCommands(run.Pipeline, TimeProvider.System);
        Task<CommandResult> acknowledge = Task.FromResult(default(CommandResult));
        IEnumerable<TestBlock> Blocks()
        {
            foreach (TestBlock block in Journal(new Random(3), 100))
            {
                if (block.Sequence == 200)
                {
                    // Between the blocks at seconds 6 and 7, in which all axes are loud.
                    acknowledge = commands.SubmitAsync(
                        new OperatorCommand { Action = OperatorAction.Acknowledge, Target = AxisId.AllOf("m"), RuleId = "machine", By = "ann" }, Cancelled);
                }

                yield return block.Unnumbered;
            }
        }

        await run.FeedAsync(Blocks(), Cancelled);

        Assert.Equal((CommandOutcome.Applied, "m/all/all alarm 'machine' is activeAcknowledged"), ((await acknowledge).Outcome, (await acknowledge).Message));
        Assert.Contains(run.Transitions, transition => transition.Axis == AxisId.AllOf("m") && transition.To == AlarmState.ActiveAcknowledged);

        // Each raise has evidence that names its voters.
        AlarmTransition[] raises = [.. run.Transitions.Where(transition => transition.Axis == AxisId.AllOf("m") && transition.From == AlarmState.Normal)];
        Assert.All(raises, raise =>
        {
            AlarmEvidence evidence = Assert.Single(run.Evidence, evidence => evidence.TransitionId == raise.Id);
            Assert.Contains(evidence.Voters, voter => voter.Sensor == "s2");
            Assert.All(evidence.Voters, voter => Assert.Equal("score", voter.Rule));
            Assert.Equal(
                Axes.Select(axis => $"{axis.Sensor}/{axis.Axis}"),
                evidence.Voters.Select(voter => $"{voter.Sensor}/{voter.Axis}").Concat(evidence.NonVoters.Select(other => $"{other.Sensor}/{other.Axis}")).Order());
            Assert.All(evidence.NonVoters, other => Assert.True(other.IsPresent));
            Assert.Equal(raise.Message, evidence.Decision?.Message);
            Assert.Empty(evidence.Waveform.Values);
        });
    }

    private static async Task CheckAsync(int seed, int[] crashes, int longest)
    {
        using PipelineRun whole = Run();
        await whole.FeedAsync(Journal(null, Samples / 90).Select(block => block.Unnumbered), Cancelled);

        TestBlock[] journal = Journal(new Random(seed), longest);
        using Lives lives = await Lives.LiveAsync(journal, crashes, _ => Run(), Cancelled);

        AlarmTransition[] votes = [.. whole.Transitions.Where(transition => transition.Axis == AxisId.AllOf("m"))];
        Assert.True(votes.Length >= 4, $"{votes.Length} votes");
        Assert.Equal(votes, lives.Transitions.Where(transition => transition.Axis == AxisId.AllOf("m")).OrderBy(transition => transition.EventTimeUnixNs));
    }

    private static PipelineRun Run() => new(
        new DetectorOptions { Shards = 2, MaxBatch = 16, Votes = [new VoteOptions { SilentAfter = TimeSpan.FromSeconds(1), Within = TimeSpan.FromMilliseconds(200) }] },
        rules: PipelineRun.FixedRule);

    /// <summary>The blocks of all axes, in the order of time or within a second of it, numbered, with barriers here and there.</summary>
    private static TestBlock[] Journal(Random? random, int longest)
    {
        int[] next = new int[Axes.Length];
        var journal = new List<TestBlock>();
        while (next.Any(at => at < Samples))
        {
            int first = next.Where(at => at < Samples).Min();
            int[] may = [.. Enumerable.Range(0, Axes.Length).Where(axis => next[axis] < Samples && next[axis] + longest <= first + 950 || next[axis] == first)];
            int axis = may[random?.Next(may.Length) ?? 0], count = Math.Min(Samples - next[axis], random?.Next(1, longest + 1) ?? longest);
            journal.Add(TestBlock.Of(Axes[axis], next[axis], count, index => TestBlock.NoiseAt(axis, index, IsLoud(axis, index))) with
            {
                Sequence = journal.Count + 1,
                IsBarrier = random?.Next(10) == 0,
            });
            next[axis] += count;
        }

        return [.. journal];
    }

    /// <summary>Axis by axis other spells are loud; together in seconds 2, 5 and 6.</summary>
    private static bool IsLoud(int axis, int index) => index / 1000 is 2 or 5 or 6 || index / 1000 == 3 + axis || index / 400 == 20;
}
