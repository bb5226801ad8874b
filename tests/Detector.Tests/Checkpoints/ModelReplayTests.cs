using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Commands;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Tests.Pipeline;

namespace Thrum.Detector.Tests.Checkpoints;

/// <summary>Models that change while running change at the same windows in every replay, whenever the process died.</summary>
public sealed class ModelReplayTests : IDisposable
{
    /// <summary>What is sent and scored.</summary>
    /// <param name="Axes">The axes that send.</param>
    /// <param name="Scored">Those that have the alarms.</param>
    /// <param name="Other">Pattern of an entry that has no model at first.</param>
    /// <param name="Models">Two that take the same windows, and one with another hop.</param>
    /// <param name="Lateness">How far axes may lag.</param>
    private sealed record Plant(AxisId[] Axes, AxisId[] Scored, string Other, AutoencoderModel[] Models, TimeSpan Lateness)
    {
        public DetectorOptions Options { get; } = new()
        {
            MaxBatch = 16,
            Models = [new ModelOptions { Path = "absent-at-first.onnx", Match = Other, Optional = true }, new ModelOptions { Path = "m.onnx" }],
            Lateness = Lateness,
        };

        /// <summary>The models, the first two as shadows too, and one for the other entry.</summary>
        public ModelAssignment[] Revisions { get; } =
        [
            .. Models.Select(model => Assign("*", model)),
            .. Models[..2].Select(model => Assign("*", model) with { Role = ModelRole.Shadow }),
            Assign(Other, Models[1]),
        ];

        /// <summary>The axis that sends next; those of one sensor that are scored together keep together.</summary>
        public int NextAxis(Random random, int[] sent)
        {
            int axis = random.Next(Axes.Length);
            return Scored[0].Axis != AxisId.Joint ? axis : Enumerable.Range(0, Axes.Length).Where(other => Axes[other].Machine == Axes[axis].Machine).MinBy(other => sent[other]);
        }

        private static ModelAssignment Assign(string match, AutoencoderModel model) => new(match, model, [PipelineRun.FixedRule.Resolve(model)]);
    }

    private readonly Plant _single = new(
        [new("m1", "s1", "x"), new("m1", "s1", "y"), new("m2", "s1", "x"), new("m3", "s1", "x")],
        [new("m1", "s1", "x"), new("m1", "s1", "y"), new("m2", "s1", "x"), new("m3", "s1", "x")],
        "m1/s1/y",
        [TestModels.LoadRevision(), TestModels.LoadRevision(("normaliser", """{"kind":"zscore","mean":0,"std":0.3}""")), TestModels.LoadRevision(("hop", "32"))],
        TimeSpan.FromMilliseconds(20));

    private readonly Plant _joint = new(
        [.. from machine in (string[])["m1", "m2"] from axis in (string[])["x", "y", "z"] select new AxisId(machine, "s1", axis)],
        [new("m1", "s1", AxisId.Joint), new("m2", "s1", AxisId.Joint)],
        "m2/*",
        [JointModels.LoadThreeAxes(), JointModels.LoadThreeAxes(std: 0.3), JointModels.LoadThreeAxes(hop: 24)],
        TimeSpan.FromMilliseconds(200));

    private sealed record Case(int Blocks, int Seed, int[] Barriers, (int At, int Revision)[] Changes, int CrashAt, int ShardsBefore, int ShardsAfter, int ReadFrom);

    private static readonly Arbitrary<Case> Cases = (
        from blocks in Gen.Choose(1, 60)
        from seed in Gen.Choose(0, int.MaxValue)
        from barriers in Gen.Choose(0, 59).ArrayOf(4)
        from changes in Gen.Zip(Gen.Choose(0, 59), Gen.Choose(0, 11)).ArrayOf(6)
        from at in Gen.Choose(0, 60)
        from before in Gen.Choose(1, 3)
        from after in Gen.Choose(1, 3)
        from readFrom in Gen.Choose(0, 100)
        select new Case(blocks, seed, barriers, changes, at, before, after, readFrom)).ToArbitrary();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RunAsync_ModelsChangedAndACrashAnywhere_GiveWhatARunWithoutCrashGives(bool isJoint)
    {
        int shadows = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(Cases, entry =>
        {
            shadows += CheckAsync(isJoint ? _joint : _single, entry).GetAwaiter().GetResult();
        }));
        Assert.True(shadows > 100, $"shadows scored {shadows} windows");
    }

    public void Dispose() => Array.ForEach([.. _single.Models, .. _joint.Models], model => model.Dispose());

    /// <returns>How many windows shadows scored.</returns>
    private static async Task<int> CheckAsync(Plant plant, Case entry)
    {
        TestBlock[] journal = Journal(plant, entry);
        PipelineRun whole = Run(plant, 1);
        await whole.FeedAsync(journal, Cancelled);

        PipelineRun before = Run(plant, entry.ShardsBefore);
        await before.FeedAsync(journal.Take(entry.CrashAt), Cancelled);
        long trimmed = before.Checkpoints.Count == 0 ? 0 : before.Checkpoints.GroupBy(c => c.Shard).Min(shard => shard.Max(c => c.Sequence));

        // Shards are not equally far: what the slowest needs is read again by all, and begins with the model of that time.
        trimmed = trimmed * entry.ReadFrom / 100;
        PipelineRun after = Run(plant, entry.ShardsAfter);
        foreach (ModelUse use in before.Pipeline.Models.Uses.Where(use => use.Sequence <= trimmed).GroupBy(use => (use.Match, use.Role)).Select(uses => uses.Last()).Where(use => use.Revision.Length > 0))
        {
            after.Pipeline.Begin(after.Pipeline.Models.Find(use.Match, use.Revision, use.Role)!);
        }

        Assert.Equal(before.States.Count, after.Pipeline.Restore(before.States.Values));
        Assert.True(after.Log.Lines.Count == 0, string.Join('\n', after.Log.Lines));
        await after.FeedAsync(journal.Where(block => block.Sequence >= trimmed), Cancelled);

        foreach (AxisId axis in whole.Lines.Keys)
        {
            List<string> lines = before.Lines.GetValueOrDefault(axis, []), rest = after.Lines.GetValueOrDefault(axis, []);
            Assert.Equal(whole.Lines[axis], lines.Union(rest));
            Assert.Equal(whole.ShadowLines.GetValueOrDefault(axis, []), before.ShadowLines.GetValueOrDefault(axis, []).Union(after.ShadowLines.GetValueOrDefault(axis, [])));
        }

        Assert.Equal(whole.Transitions.OrderBy(t => t.Id), before.Transitions.Union(after.Transitions).OrderBy(t => t.Id));
        foreach (PipelineRun run in new[] { whole, before, after })
        {
            run.Pipeline.Dispose();
        }

        return whole.ShadowLines.Values.Sum(lines => lines.Count);
    }

    private static PipelineRun Run(Plant plant, int shards)
    {
        var run = new PipelineRun(plant.Options with { Shards = shards }, plant.Revisions[0]);
        Array.ForEach(plant.Revisions, run.Pipeline.Models.Add);
        return run;
    }

    /// <summary>Every other half second is loud.</summary>
    private static TestBlock[] Journal(Plant plant, Case entry)
    {
        var random = new Random(entry.Seed);
        int[] sent = new int[plant.Axes.Length];
        var blocks = new TestBlock[entry.Blocks];
        for (int i = 0; i < blocks.Length; i++)
        {
            int axis = plant.NextAxis(random, sent);
            int count = random.Next(1, 120);
            blocks[i] = TestBlock.Of(plant.Axes[axis], sent[axis], count, index => TestBlock.NoiseAt(axis, index, isLoud: index / 500 % 2 != 0)) with
            {
                Sequence = (2 * i) + 1,
                IsBarrier = entry.Barriers.Contains(i),
                Command = Array.Find(entry.Changes, change => change.At == i) is { At: var at, Revision: var revision } && entry.Changes.Any(change => change.At == i) ? Use(plant, revision) : null,
            };
            sent[axis] += count;
        }

        return blocks;
    }

    /// <summary>One number behind the last revision ends the shadow; those behind it say of an axis that its alarm was normal, the last that its model's levels are right.</summary>
    private static OperatorCommand Use(Plant plant, int revision) => revision > plant.Revisions.Length ? new()
    {
        Action = revision == 11 ? OperatorAction.RestoreLevels : OperatorAction.ThisWasNormal,
        Target = plant.Scored[(revision - plant.Revisions.Length - 1) % plant.Scored.Length],
        RuleId = "score",
    }
    : new()
    {
        Action = revision == plant.Revisions.Length || plant.Revisions[revision].Role == ModelRole.Shadow ? OperatorAction.ShadowModel : OperatorAction.UseModel,
        Target = AxisId.OfGateway,
        Model = revision == plant.Revisions.Length ? "*" : plant.Revisions[revision].Match,
        Revision = revision == plant.Revisions.Length ? "" : plant.Revisions[revision].Model.Hash,
    };
}
