using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Thrum.Detector.Samples;
using Thrum.Gateway.Workflows;
using Thrum.Training.Data;
using Thrum.Training.Search;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum search FILE… -o FOLDER --vary NAME=…</c>.</summary>
internal static class SearchCommand
{
    private const int RowsShown = 20;

    public static Command Create()
    {
        var files = new Argument<string[]>("files") { Description = "Recordings of healthy running", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string>("--output", "-o") { Description = "The folder for trials.jsonl, results.csv and results.html; a search that was stopped goes on from there", Required = true };
        var vary = new Option<string[]>("--vary") { Description = $"What to vary, once for each: loss=mse|lmse, learning-rate=1e-4..1e-2 at random, or ../5 as five points of a grid; one of {string.Join(", ", TrialSetup.Names)}", Required = true };
        var trials = new Option<int?>("--trials") { Description = "Draw so many points at random; every combination by default" };
        var folds = new Option<int>("--folds") { Description = "Folds of the cross-validation, blocks of time", DefaultValueFactory = _ => 4 };
        var objective = new Option<string>("--objective") { Description = "The metric to compare by, on windows that training did not see", DefaultValueFactory = _ => "mse" };
        var faulty = new FaultyOptionSet(": compare by the area under the ROC curve of the objective");
        var parallel = new Option<int>("--parallel") { Description = "Trainings at a time, one thread each; the processors by default", DefaultValueFactory = _ => Environment.ProcessorCount };
        var training = new TrainingOptionSet();
        Option<bool> json = OptionFactory.Json();
        var command = new Command("search", "Compare trainings by blocked cross-validation") { files, output, vary, trials, folds, objective, parallel, json };
        faulty.AddTo(command);
        training.AddTo(command);
        command.Does((parsed, cancellationToken) =>
        {
            OutputFile.Require([.. parsed.GetValue(files)!, .. faulty.Files(parsed)], SearchRequest.Files(parsed.GetValue(output)!));
            RecordingChoice choice = training.Recordings.Read(parsed);
            using SampleSpool? spool = training.Spool(parsed), faultySpool = training.Spool(parsed);
            IReadOnlyList<Signal>[] healthy = [.. parsed.GetValue(files)!.Select(file => training.ReadSignals(parsed, choice, file, spool))];
            int axes = training.IsJoint(parsed) ? healthy[0].Count : 1;
            Signal[] signals = [.. healthy.SelectMany(recording => recording)];
            double rate = TrainingRequest.CommonRate(signals);
            Signal[] faults = faulty.Read(parsed, training, signals, faultySpool);
            Terminal.Warn(RecordingFlaws.Of(signals.Concat(faults)));
            var sound = new AxisRecordings(signals, axes, spool);
            AxisRecordings? broken = faults.Length == 0 ? null : new AxisRecordings(faults, axes, faultySpool, sound);
            var request = new SearchRequest
            {
                Data = new SearchData(sound.Samples, broken?.Samples, rate),
                Setup = training.Setup(parsed),
                Vary = parsed.GetValue(vary)!,
                Trials = parsed.GetValue(trials),
                Folds = parsed.GetValue(folds),
                Objective = parsed.GetValue(objective)!,
                Parallel = parsed.GetValue(parallel),
                Folder = parsed.GetValue(output)!,
            };
            SearchOutcome outcome = Search(request, cancellationToken);
            Report(outcome, parsed.GetValue(json));
            if (!parsed.GetValue(json) && outcome.Ranked[0] is { Collapsed: 0 } best && !double.IsNaN(best.Objective))
            {
                string line = TrainLine.Of(parsed, parsed.GetValue(files)!, training.All, objective, best.Point, Path.Combine(outcome.Folder, "best.onnx"));
                Terminal.Out.WriteLine($"To train the best of them: {line}");
            }

            return Task.FromResult(outcome.Ranked.Any(trial => !double.IsNaN(trial.Objective)) ? ExitCode.Done : ExitCode.Failed);
        });
        return command;
    }

    private static SearchOutcome Search(SearchRequest request, CancellationToken cancellationToken)
    {
        if (!Terminal.IsInteractive)
        {
            return request.Run(new TrialNotes(request), cancellationToken);
        }

        return Terminal.Error.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(context =>
        {
            ProgressTask task = context.AddTask("Searching", maxValue: request.TrainingCount);
            return request.Run(new FoldProgress(task), cancellationToken);
        });
    }

    private static void Report(SearchOutcome outcome, bool json)
    {
        if (outcome.EarlierKept is { } kept)
        {
            Terminal.Note($"the folder held the results of a search with other points; they are {kept} now");
        }

        if (json)
        {
            Terminal.WriteJson(new
            {
                folder = outcome.Folder,
                objective = outcome.Objective,
                trials = outcome.Ranked.Select(trial => new
                {
                    point = trial.Point.Names.Zip(trial.Point.Values).ToDictionary(pair => pair.First, pair => pair.Second),
                    objective = trial.Objective.FiniteOrNull(),
                    deviation = trial.ObjectiveDeviation.FiniteOrNull(),
                    auroc = trial.Auroc.FiniteOrNull(),
                    collapsed = trial.Collapsed,
                    folds = trial.Folds.Select(fold => new { fold.Fold, objective = fold.Objective.FiniteOrNull(), auroc = fold.Auroc.FiniteOrNull(), fold.BestEpoch, fold.Fault }),
                }),
            });
            return;
        }

        var table = new Table().AddColumns([.. outcome.Names, outcome.Objective, "±", .. outcome.HasFaulty ? ["AUROC"] : Array.Empty<string>(), "collapsed"]);
        foreach (TrialResult trial in outcome.Ranked.Take(RowsShown))
        {
            table.AddRow([.. trial.Point.Values.Select(Markup.Escape), Text(trial.Objective), Text(trial.ObjectiveDeviation), .. outcome.HasFaulty ? [Text(trial.Auroc)] : Array.Empty<string>(), trial.Collapsed.ToString(CultureInfo.InvariantCulture)]);
        }

        Terminal.Out.Write(table);
        Terminal.Out.WriteLine($"{outcome.Ranked.Count} points; all of them in {Path.Combine(outcome.Folder, SearchRequest.CsvName)} and {SearchRequest.PageName}");
        foreach (IGrouping<string, FoldResult> fault in outcome.Ranked.SelectMany(trial => trial.Folds).Where(fold => fold.Fault.Length > 0).GroupBy(fold => fold.Fault))
        {
            Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"warning: {fault.Key} (in {fault.Count()} of {outcome.Ranked.Sum(trial => trial.Folds.Count)} trainings)"));
        }
    }

    private static string Text(double value) => double.IsNaN(value) ? "failed" : value.ToString("G4", CultureInfo.InvariantCulture);

    private sealed class FoldProgress(ProgressTask task) : IProgress<FoldDone>
    {
        public void Report(FoldDone value) => task.Increment(1);
    }

    /// <summary>A line for each point whose folds are all done, for a log. Thread-safe.</summary>
    private sealed class TrialNotes(SearchRequest request) : IProgress<FoldDone>
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, List<FoldResult>> _folds = [];
        private readonly int _points = request.PointCount;
        private int _done;

        public void Report(FoldDone value)
        {
            lock (_lock)
            {
                string point = value.Point.ToString();
                List<FoldResult> folds = _folds.TryGetValue(point, out List<FoldResult>? known) ? known : _folds[point] = [];
                folds.Add(value.Result);
                if (folds.Count == request.Folds)
                {
                    _folds.Remove(point);
                    Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"point {++_done} of {_points}: {point}: {request.Objective} {Text(new TrialResult(value.Point, folds).Objective)}"));
                }
            }
        }
    }
}
