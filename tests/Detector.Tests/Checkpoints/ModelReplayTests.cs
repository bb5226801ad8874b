using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Commands;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Tests.Pipeline;

namespace Thrum.Detector.Tests.Checkpoints;

/// <summary>Models that change while running change at the same windows in every replay, whenever the process died.</summary>
public sealed class ModelReplayTests : IDisposable
{
    private static readonly AxisId[] Axes = [new("m1", "s1", "x"), new("m1", "s1", "y"), new("m2", "s1", "x"), new("m3", "s1", "x")];

    private static readonly DetectorOptions Options = new()
    {
        MaxBatch = 16,
        Models = [new ModelOptions { Path = "absent-at-first.onnx", Match = "m1/s1/y", Optional = true }, new ModelOptions { Path = "m.onnx" }],
    };

    /// <summary>Two that take the same windows and one with another hop; the first two as shadows too, and one for an entry that has none at first.</summary>
    private readonly ModelAssignment[] _revisions;

    public ModelReplayTests()
    {
        Detector.Models.AutoencoderModel[] models =
        [
            TestModels.LoadRevision(),
            TestModels.LoadRevision(("normaliser", """{"kind":"zscore","mean":0,"std":0.3}""")),
            TestModels.LoadRevision(("hop", "32")),
        ];
        _revisions =
        [
            .. models.Select(model => new ModelAssignment("*", model, [PipelineRun.FixedRule.Resolve(model)])),
            .. models[..2].Select(model => new ModelAssignment("*", model, [PipelineRun.FixedRule.Resolve(model)]) { Role = ModelRole.Shadow }),
            new ModelAssignment("m1/s1/y", models[1], [PipelineRun.FixedRule.Resolve(models[1])]),
        ];
    }

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

    [Fact]
    public void RunAsync_ModelsChangedAndACrashAnywhere_GiveWhatARunWithoutCrashGives() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(Cases, entry => CheckAsync(entry).GetAwaiter().GetResult()));

    public void Dispose() => Array.ForEach(_revisions[..3], revision => revision.Model.Dispose());

    private async Task CheckAsync(Case entry)
    {
        TestBlock[] journal = Journal(entry);
        PipelineRun whole = Run(1, _revisions[0]);
        await whole.FeedAsync(journal, Cancelled);

        PipelineRun before = Run(entry.ShardsBefore, _revisions[0]);
        await before.FeedAsync(journal.Take(entry.CrashAt), Cancelled);
        long trimmed = before.Checkpoints.Count == 0 ? 0 : before.Checkpoints.GroupBy(c => c.Shard).Min(shard => shard.Max(c => c.Sequence));

        // Shards are not equally far: what the slowest needs is read again by all, and begins with the model of that time.
        trimmed = trimmed * entry.ReadFrom / 100;
        PipelineRun after = Run(entry.ShardsAfter, _revisions[0]);
        foreach (ModelUse use in before.Pipeline.Models.Uses.Where(use => use.Sequence <= trimmed).GroupBy(use => (use.Match, use.Role)).Select(uses => uses.Last()).Where(use => use.Revision.Length > 0))
        {
            after.Pipeline.Begin(after.Pipeline.Models.Find(use.Match, use.Revision, use.Role)!);
        }

        Assert.Equal(before.States.Count, after.Pipeline.Restore(before.States.Values));
        Assert.Empty(after.Log.Lines);
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
    }

    private PipelineRun Run(int shards, ModelAssignment first)
    {
        var run = new PipelineRun(Options with { Shards = shards }, first);
        Array.ForEach(_revisions, run.Pipeline.Models.Add);
        return run;
    }

    /// <summary>Every other half second is loud.</summary>
    private TestBlock[] Journal(Case entry)
    {
        var random = new Random(entry.Seed);
        int[] sent = new int[Axes.Length];
        var blocks = new TestBlock[entry.Blocks];
        for (int i = 0; i < blocks.Length; i++)
        {
            int axis = random.Next(Axes.Length);
            int count = random.Next(1, 120);
            blocks[i] = TestBlock.Of(Axes[axis], sent[axis], count, index => TestBlock.NoiseAt(axis, index, isLoud: index / 500 % 2 != 0)) with
            {
                Sequence = (2 * i) + 1,
                IsBarrier = entry.Barriers.Contains(i),
                Command = Array.Find(entry.Changes, change => change.At == i) is { At: var at, Revision: var revision } && entry.Changes.Any(change => change.At == i) ? Use(revision) : null,
            };
            sent[axis] += count;
        }

        return blocks;
    }

    /// <summary>One number behind the last revision ends the shadow; those behind it say of an axis that its alarm was normal, the last that its model's levels are right.</summary>
    private OperatorCommand Use(int revision) => revision > _revisions.Length ? new()
    {
        Action = revision == 11 ? OperatorAction.RestoreLevels : OperatorAction.ThisWasNormal,
        Target = Axes[(revision - _revisions.Length - 1) % Axes.Length],
        RuleId = "score",
    }
    : new()
    {
        Action = revision == _revisions.Length || _revisions[revision].Role == ModelRole.Shadow ? OperatorAction.ShadowModel : OperatorAction.UseModel,
        Target = AxisId.OfGateway,
        Model = revision == _revisions.Length ? "*" : _revisions[revision].Match,
        Revision = revision == _revisions.Length ? "" : _revisions[revision].Model.Hash,
    };
}
