using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Thrum.Detector.Calibration;
using Thrum.Detector.Metrics;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Workflows;
using Thrum.Training.Data;
using Thrum.Training.Models;
using Thrum.Training.Trainer;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum train FILE… -o model.onnx</c>.</summary>
internal static class TrainCommand
{
    public static Command Create(TimeProvider time)
    {
        var files = new Argument<string[]>("files") { Description = "Recordings of healthy running: .mat, .csv, .npy, .npz, .uff, .wav, .f32, .i16", Arity = ArgumentArity.OneOrMore };
        var output = ModelWriter.Option();
        var training = new TrainingOptionSet();
        var metrics = new Option<string[]>("--metrics") { Description = "Metrics to compute, separated by spaces, the first is the score", DefaultValueFactory = _ => ["mse", "lmse"], AllowMultipleArgumentsPerToken = true };
        var checkpoint = new Option<string?>("--checkpoint") { Description = "A file that is written after each epoch, and gone on from when it is there and fits; removed at the end" };
        var weights = new Option<WeightStorage>("--weights") { Description = "How the file stores weights: full (float32), half (float16) or quarter (int8); fewer bits make it smaller, not faster", DefaultValueFactory = _ => WeightStorage.Full };
        var report = new Option<string?>("--report") { Description = "The HTML report to write: curves, reconstructions, scores and findings in words; model.html for model.onnx by default" };
        var noReport = new Option<bool>("--no-report") { Description = "Write no report, and do not follow the metrics for one" };
        Option<string?> date = MakingDate.Option();
        var faulty = new Option<string[]>("--faulty") { Description = "Recordings with a fault, for the report alone", AllowMultipleArgumentsPerToken = true };
        Option<bool> json = OptionFactory.Json();
        var command = new Command("train", "Train an autoencoder on healthy recordings") { files, output, metrics, checkpoint, weights, report, noReport, faulty, date, json };
        training.AddTo(command);
        command.Does((parsed, cancellationToken) =>
        {
            RecordingChoice choice = training.Recordings.Read(parsed);
            string[] broken = parsed.GetValue(faulty) ?? [];
            string? page = parsed.GetValue(noReport) ? null : parsed.GetValue(report) ?? Path.ChangeExtension(parsed.GetValue(output)!, ".html");
            if (page is null && (broken.Length > 0 || parsed.GetValue(report) is not null))
            {
                throw new UsageException("--no-report is given with --report or --faulty, expected one or the other: faulty recordings are for the report alone");
            }

            ModelWriter.RequireFree(parsed.GetValue(output)!);
            if (page is not null)
            {
                MadeFile.Require(page, TrainingPage.Mark, "another name after --report, or --no-report");
            }

            using SampleSpool? spool = training.Spool(parsed), faultySpool = training.Spool(parsed);
            IReadOnlyList<Signal>[] recordings = [.. parsed.GetValue(files)!.Select(file => training.ReadSignals(parsed, choice, file, spool))];
            int axes = training.IsJoint(parsed) ? recordings[0].Count : 1;
            var request = new TrainingRequest
            {
                Signals = [.. recordings.SelectMany(recording => recording)],
                Axes = axes,
                Spool = spool,
                Checkpoint = parsed.GetValue(checkpoint) is { } path ? new TrainingCheckpoint(path) : null,
                Options = training.Read(parsed, axes),
                Weights = parsed.GetValue(weights),
                WindowSamples = training.Window(parsed),
                HopSamples = training.Hop(parsed),
                Metrics = ParseMetrics(parsed.GetValue(metrics)!),
                Scale = training.Scale(parsed),
                Report = page is null ? null : new TrainingReport([.. broken.SelectMany(file => training.ReadSignals(parsed, choice, file, faultySpool))], faultySpool),
                Date = MakingDate.Of(parsed.GetValue(date), time),
            };
            TrainingOutcome outcome = Train(request, cancellationToken);
            if (outcome.Model.IsBetterThanConstantOutput)
            {
                ModelWriter.Write(parsed.GetValue(output)!, outcome.Onnx);
            }

            if (outcome.Study is { } study)
            {
                File.WriteAllText(page!, TrainingPage.Text(study, Path.GetFileName(parsed.GetValue(output)!), request.Date));
            }

            request.Checkpoint?.Delete();
            Warn(outcome.Metadata.HealthyScores);
            Report(outcome, parsed.GetValue(output)!, page, parsed.GetValue(json));
            return Task.FromResult(outcome.Model.IsBetterThanConstantOutput ? ExitCode.Done : ExitCode.Failed);
        });
        return command;
    }

    /// <summary>Says when a calibration is too small to be relied on.</summary>
    internal static void Warn(HealthyScores? scores)
    {
        if (HealthyCalibration.WarningOf(scores) is { } warning)
        {
            Terminal.Note(warning);
        }
    }

    private static IReadOnlyList<MetricExpression> ParseMetrics(string[] texts)
    {
        try
        {
            return MetricExpression.ParseList(texts);
        }
        catch (FormatException e)
        {
            throw new UsageException($"--metrics: {e.Message}", e);
        }
    }

    private static TrainingOutcome Train(TrainingRequest request, CancellationToken cancellationToken)
    {
        if (!Terminal.IsInteractive)
        {
            return request.Run(null, cancellationToken);
        }

        return Terminal.Error.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new RemainingTimeColumn()).Start(context =>
        {
            ProgressTask task = context.AddTask("Training", maxValue: request.Options.Epochs);
            return request.Run(new EpochProgress(task), cancellationToken);
        });
    }

    private static void Report(TrainingOutcome outcome, string path, string? page, bool json)
    {
        TrainedModel trained = outcome.Model;
        if (json)
        {
            Terminal.WriteJson(new
            {
                path,
                card = trained.IsBetterThanConstantOutput ? ModelCardFile.PathOf(path) : null,
                report = page,
                model = trained.Options.Model,
                loss = trained.Options.Loss,
                validationLoss = trained.BestValidationLoss,
                constantOutputLoss = trained.ConstantOutputLoss,
                epochs = trained.History.Count,
                windows = new { train = outcome.TrainingWindows, validation = outcome.ValidationWindows, calibration = outcome.Metadata.Calibration!.Metrics.Values.First().Windows },
                parity = new { windows = outcome.Parity.Windows, greatestDifference = outcome.Parity.GreatestDifference },
                storage = outcome.StorageLoss is { } loss ? new
                {
                    weights = loss.Weights.ToString().ToLowerInvariant(),
                    bytes = outcome.Onnx.Length,
                    singleBytes = outcome.Onnx.Length + loss.SavedBytes,
                    medians = outcome.Metadata.Calibration.Metrics.ToDictionary(m => m.Key, m => new { stored = m.Value.Median, single = loss.Single.Metrics[m.Key].Median }),
                } : null,
                calibration = outcome.Metadata.Calibration.Metrics.ToDictionary(m => m.Key, m => new { m.Value.Windows, median = m.Value.Median, max = m.Value.Quantiles[^1] }),
            });
            return;
        }

        Terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{path}: {trained.Options.Model}, {trained.Options.Loss} {trained.BestValidationLoss:G4} on validation (a constant output has {trained.ConstantOutputLoss:G4}), {Epochs(trained)}"));
        var table = new Table().AddColumns("metric", "calibration windows", "median", "maximum");
        foreach ((string metric, ScoreDistribution healthy) in outcome.Metadata.Calibration!.Metrics)
        {
            table.AddRow(Markup.Escape(metric), healthy.Windows.ToString(CultureInfo.InvariantCulture), Text(healthy.Median), Text(healthy.Quantiles[^1]));
        }

        Terminal.Out.Write(table);
        Terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"checked on {outcome.Parity.Windows} windows: the file differs from the trained network by at most {outcome.Parity.GreatestDifference:G2}"));
        if (outcome.StorageLoss is { } lost)
        {
            Terminal.Out.WriteLine(lost.ToString());
        }

        if (!trained.IsBetterThanConstantOutput)
        {
            Terminal.Fault("the network learned nothing that a constant output would not do, so no file was written: try more data, a wider bottleneck or another window");
        }
    }

    /// <summary>Which epoch won, of those of its own attempt: attempts that began again are told apart.</summary>
    private static string Epochs(TrainedModel trained)
    {
        int attempts = trained.History.Max(epoch => epoch.Attempt), own = trained.History.Count(epoch => epoch.Attempt == trained.BestAttempt);
        string words = string.Create(CultureInfo.InvariantCulture, $"epoch {trained.BestEpoch} of {own}");
        return attempts == 1 ? words : string.Create(CultureInfo.InvariantCulture, $"{words} in attempt {trained.BestAttempt} of {attempts}");
    }

    private static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private sealed class EpochProgress(ProgressTask task) : IProgress<EpochReport>
    {
        public void Report(EpochReport value)
        {
            task.Value = value.Epoch;
            task.Description = string.Create(CultureInfo.InvariantCulture, $"{(value.Attempt > 1 ? $"attempt {value.Attempt}, " : "")}epoch {value.Epoch}, loss {value.TrainLoss:G4}, validation {value.ValidationLoss:G4}");
        }
    }
}
