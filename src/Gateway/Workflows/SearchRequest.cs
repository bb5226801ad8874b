using System.Globalization;
using System.Text;
using Thrum.Gateway.Cli;
using Thrum.Training.Data;
using Thrum.Training.Search;

namespace Thrum.Gateway.Workflows;

/// <summary>A search and where its results go.</summary>
internal sealed record SearchRequest
{
    public const string CsvName = "results.csv";
    public const string PageName = "results.html";

    /// <summary>In the first line of every table, behind the names of what was varied.</summary>
    public const string CsvMark = "objective,deviation,auroc,collapsed,fold1";

    private const string LogName = "trials.jsonl";
    private const int MaxPoints = 10_000;
    private const int MaxFolds = 1000;

    public required SearchData Data { get; init; }

    /// <summary>What is not varied.</summary>
    public required TrialSetup Setup { get; init; }

    public required IReadOnlyList<string> Vary { get; init; }

    /// <summary>Points to draw; null for every combination.</summary>
    public required int? Trials { get; init; }

    public required int Folds { get; init; }

    public required string Objective { get; init; }

    public required int Parallel { get; init; }

    public required string Folder { get; init; }

    /// <summary>Trainings there are to do, or done already.</summary>
    public int TrainingCount => PointCount * Folds;

    /// <summary>Points there are to compare.</summary>
    public int PointCount => Points().Count;

    /// <summary>The files that a search keeps in its folder.</summary>
    public static OutputFile[] Files(string folder)
    {
        const string another = "another folder after --output";
        return
        [
            new OutputFile(Path.Combine(folder, LogName), MadeFile.SearchLog, another),
            new OutputFile(Path.Combine(folder, CsvName), MadeFile.SearchTable, another),
            new OutputFile(Path.Combine(folder, PageName), MadeFile.SearchPage, another),
        ];
    }

    /// <exception cref="UsageException">A setting is wrong; all faults are named.</exception>
    public SearchOutcome Run(IProgress<FoldDone>? progress, CancellationToken cancellationToken)
    {
        CheckNumbers();
        IReadOnlyList<SearchPoint> points = Points();
        HyperparameterSearch search = Prepare();
        if (search.Faults(points) is { Count: > 0 } faults)
        {
            throw new UsageException(string.Join("; ", faults));
        }

        RequireWindows(points);
        Directory.CreateDirectory(Folder);
        IReadOnlyList<TrialResult> results = search.Run(points, Path.Combine(Folder, LogName), Parallel, progress, cancellationToken);
        var outcome = new SearchOutcome(Folder, Objective, points[0].Names, Data.Faulty is not null, Rank(results, Data.Faulty is not null));
        string csv = Csv(outcome);
        outcome = outcome with { EarlierKept = EarlierResults.Keep(Folder, csv) };
        File.WriteAllText(Path.Combine(Folder, CsvName), csv);
        File.WriteAllText(Path.Combine(Folder, PageName), SearchPage.Write(outcome));
        return outcome;
    }

    private void CheckNumbers()
    {
        (bool Fits, string Fault)[] rules =
        [
            (Folds is >= BlockedFolds.Fewest and <= MaxFolds, $"--folds is {Folds}, expected at least {BlockedFolds.Fewest} folds, to train on, to say when to stop and to test, and at most {MaxFolds}"),
            (Parallel >= 1, $"--parallel is {Parallel}, expected at least 1"),
        ];
        string[] faults = [.. rules.Where(rule => !rule.Fits).Select(rule => rule.Fault)];
        if (faults.Length > 0)
        {
            throw new UsageException(string.Join("; ", faults));
        }
    }

    /// <summary>A point may fail by its window; where all must, that is known before anything is trained.</summary>
    private void RequireWindows(IReadOnlyList<SearchPoint> points)
    {
        int window = points.Min(point => point.ApplyTo(Setup, Data.Healthy.Axes).WindowSamples), longest = Data.Healthy.Lengths.Max();
        if (longest / Folds < window)
        {
            throw new UsageException($"--folds is {Folds}, which leaves {longest / Folds} samples of the longest recording to a fold; expected at least a window of {window}, so at most {longest / window} folds");
        }
    }

    private HyperparameterSearch Prepare()
    {
        try
        {
            return new HyperparameterSearch(Data, Setup, Objective, Folds);
        }
        catch (FormatException e)
        {
            throw new UsageException($"--objective: {e.Message}", e);
        }
    }

    private IReadOnlyList<SearchPoint> Points()
    {
        if (Trials is < 1 or > MaxPoints)
        {
            throw new UsageException($"--trials is {Trials}, expected 1 to {MaxPoints}");
        }

        try
        {
            var space = SearchSpace.Parse(Vary);
            IReadOnlyList<SearchPoint> points = Trials is { } count ? space.Random(count, Setup.Options.Seed) : space.Grid();
            return points.Count is >= 1 and <= MaxPoints ? points : throw new UsageException($"--vary gives {points.Count} points, expected 1 to {MaxPoints}");
        }
        catch (FormatException e)
        {
            throw new UsageException($"--vary: {e.Message}", e);
        }
    }

    /// <summary>
    /// Best first: the greatest area under the ROC curve where there is one, then the least objective. What failed comes last, and before it what learned nothing on some fold, however well it tells
    /// faults: a constant output is no model.
    /// </summary>
    private static IReadOnlyList<TrialResult> Rank(IReadOnlyList<TrialResult> results, bool hasFaulty) =>
        [.. results.OrderBy(trial => double.IsNaN(trial.Objective)).ThenBy(trial => trial.Collapsed > 0).ThenBy(trial => hasFaulty ? -trial.Auroc : 0).ThenBy(trial => trial.Objective)];

    private static string Csv(SearchOutcome outcome)
    {
        var csv = new StringBuilder();
        int folds = outcome.Ranked[0].Folds.Count;
        AppendRow(csv, [.. outcome.Names, "objective", "deviation", "auroc", "collapsed", .. Enumerable.Range(1, folds).Select(fold => string.Create(CultureInfo.InvariantCulture, $"fold{fold}"))]);
        foreach (TrialResult trial in outcome.Ranked)
        {
            AppendRow(csv, [.. trial.Point.Values, Text(trial.Objective), Text(trial.ObjectiveDeviation), Text(trial.Auroc), Text(trial.Collapsed), .. trial.Folds.Select(fold => Text(fold.Objective))]);
        }

        return csv.ToString();
    }

    private static void AppendRow(StringBuilder csv, IReadOnlyList<string> cells) =>
        csv.AppendJoin(',', cells.Select(cell => cell.AsSpan().ContainsAny(",\"\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell)).Append('\n');

    private static string Text(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>What a search found.</summary>
/// <param name="Folder">Where it is kept.</param>
/// <param name="Objective">The metric.</param>
/// <param name="Names">What was varied.</param>
/// <param name="HasFaulty">Whether there is an area under the ROC curve.</param>
/// <param name="Ranked">The points, best first.</param>
internal sealed record SearchOutcome(string Folder, string Objective, IReadOnlyList<string> Names, bool HasFaulty, IReadOnlyList<TrialResult> Ranked)
{
    /// <summary>Where the table and page of another search in the folder are now; null where there were none.</summary>
    public string? EarlierKept { get; init; }
}
