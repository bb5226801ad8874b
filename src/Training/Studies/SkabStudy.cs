using Thrum.Training.Evaluation;
using Thrum.Training.Trainer;

namespace Thrum.Training.Studies;

/// <summary>
/// The Skoltech Anomaly Benchmark: of each file the first 400 rows train and set the limits, the others are the test; counts are summed
/// over all files and rows, without point adjustment. What is not published is chosen from those first rows too (<see cref="SkabSelection"/>).
/// </summary>
public static class SkabStudy
{
    /// <summary>In every file of this kind the event begins about here, so a rule that knows only this row does well.</summary>
    private const int CalendarRow = 570;

    /// <summary>Runs both rules and the detectors that detect nothing on every labelled file of a folder. Several trainings run at a time; what they give does not depend on it.</summary>
    /// <param name="folder">With the sub-folders other, valve1 and valve2.</param>
    /// <param name="seeds">Trainings per file, with the seeds 0, 1, …; the rates of the notebook's rule are means over them.</param>
    /// <param name="progress">Told the name of each file when it is done, one at a time and on any thread.</param>
    /// <param name="cancellationToken">Ends the training.</param>
    /// <exception cref="StudyDataException">There is no such file, or one cannot be read.</exception>
    public static SkabResult Run(string folder, int seeds, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seeds, 1);
        IReadOnlyList<SkabFile> files = SkabFile.ReadAll(folder);
        SkabSettings settings = new SkabSelection(files, cancellationToken).Run();
        ConfusionCounts[][] ofFiles = ParallelRuns.Of(
            files,
            Environment.ProcessorCount,
            file => Enumerable.Range(0, seeds).Select(seed => ConfusionCounts.Of(SkabNotebookRule.Flags(file, settings.Notebook, seed, cancellationToken), file.TestLabels)).ToArray(),
            (file, _) => progress?.Report(file.Name),
            cancellationToken);
        ConfusionCounts[] notebook = [.. Enumerable.Range(0, seeds).Select(seed => ofFiles.Select(counts => counts[seed]).Aggregate((a, b) => a + b))];
        SkabRates PooledOf(Func<SkabFile, bool[]> alarms) => SkabRates.Mean([files.Select(file => ConfusionCounts.Of(alarms(file), file.TestLabels)).Aggregate((a, b) => a + b)]);
        return new SkabResult(files.Count, SkabRates.Mean(notebook), SkabCausalRates.Of(files, file => SkabCausalRule.Alarms(file, settings.Causal)), new Dictionary<string, SkabRates>
        {
            ["always"] = PooledOf(file => [.. Enumerable.Repeat(true, file.TestLabels.Length)]),
            ["calendar"] = PooledOf(file => [.. Enumerable.Range(SkabFile.TrainRows, file.TestLabels.Length).Select(row => row >= CalendarRow)]),
            ["reachable"] = PooledOf(file => SkabNotebookRule.Reachable(file.TestLabels.Length)),
            ["zeroModel"] = PooledOf(SkabNotebookRule.FlagsOfZeroModel),
        })
        {
            Settings = settings.ToString(),
            NotebookSeeds = [.. notebook.Select(counts => SkabRates.Mean([counts]))],
        };
    }
}
