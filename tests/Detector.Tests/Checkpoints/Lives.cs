using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Alarms;
using Thrum.Detector.Evidence;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Tests.Pipeline;

namespace Thrum.Detector.Tests.Checkpoints;

/// <summary>
/// A journal read by a pipeline that dies and comes back: each life begins with what the one before had stored, reads from the beginning and dies somewhere; the last reads to the end.
/// </summary>
internal sealed class Lives : IDisposable
{
    private readonly List<PipelineRun> _runs = [];

    private Lives()
    {
    }

    /// <summary>Where all lives but the last end, in hundredths of the journal.</summary>
    public static Gen<int[]> Ends { get; } = Gen.Choose(0, 99).ArrayOf(2).Select(ends => ends.Order().ToArray());

    /// <summary>The transitions of all lives, each once.</summary>
    public IEnumerable<AlarmTransition> Transitions => _runs.SelectMany(run => run.Transitions).Distinct();

    /// <summary>The windows of all lives, as they came.</summary>
    public IEnumerable<(WindowScore Window, float[] Metrics)> Windows => _runs.SelectMany(run => run.Windows);

    /// <summary>What all lives logged.</summary>
    public IEnumerable<string> LogLines => _runs.SelectMany(run => run.Log.Lines);

    /// <summary>The evidence of all lives, as it came.</summary>
    public IEnumerable<AlarmEvidence> Evidence => _runs.SelectMany(run => run.Evidence);

    /// <summary>Lives through a journal.</summary>
    /// <param name="journal">Numbered blocks with barriers.</param>
    /// <param name="ends">See <see cref="Ends"/>.</param>
    /// <param name="born">Makes the pipeline of a life, by its number.</param>
    /// <param name="cancellationToken">Ends the test.</param>
    public static async Task<Lives> LiveAsync(TestBlock[] journal, int[] ends, Func<int, PipelineRun> born, CancellationToken cancellationToken)
    {
        var lives = new Lives();
        for (int life = 0; life <= ends.Length; life++)
        {
            PipelineRun run = born(life);
            if (life > 0)
            {
                run.TakeOver(lives._runs[^1]);
            }

            lives._runs.Add(run);
            await run.FeedAsync(life < ends.Length ? journal.Take(ends[life] * journal.Length / 100) : journal, cancellationToken);
        }

        return lives;
    }

    /// <summary>Expects all lives together to tell what one run without a death tells: the same windows with the same scores, the same transitions.</summary>
    public void AssertTellWhat(PipelineRun whole)
    {
        Assert.Equal(whole.Lines.Keys.ToHashSet(), _runs.SelectMany(run => run.Lines.Keys).ToHashSet());
        AssertSame(whole, run => run.Lines);
        AssertSame(whole, run => run.ShadowLines);
        AssertSame(whole, run => run.BaselineLines);
        AssertDecideWhat(whole);
    }

    /// <summary>Expects all lives together to give the transitions of one run without a death.</summary>
    public void AssertDecideWhat(PipelineRun whole) => Assert.Equal(whole.Transitions.OrderBy(t => t.Id), Transitions.OrderBy(t => t.Id));

    public void Dispose() => _runs.ForEach(run => run.Dispose());

    private void AssertSame(PipelineRun whole, Func<PipelineRun, Dictionary<AxisId, List<string>>> linesOf)
    {
        // Lives overlap, and tell the same once more; one life tells each window once.
        Assert.All(_runs.SelectMany(run => linesOf(run).Values), lines => Assert.Equal(lines.Distinct(), lines));
        foreach ((AxisId axis, List<string> lines) in linesOf(whole))
        {
            Assert.Equal(lines, _runs.SelectMany(run => linesOf(run).GetValueOrDefault(axis, [])).Distinct());
        }
    }
}
