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
internal sealed class TrainCommand
{
    private static readonly string[] UsualMetrics = ["mse", "lmse"];

    private readonly Argument<string[]> _files = new("files") { Description = "Recordings of healthy running: .mat, .csv, .npy, .npz, .uff, .wav, .f32, .i16", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _output = ModelWriter.Option();
    private readonly TrainingOptionSet _training = new();
    private readonly Option<string[]> _metrics = new("--metrics") { Description = "Metrics to compute, separated by spaces, the first is the score; mse lmse by default", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _checkpoint = new("--checkpoint") { Description = "A file that is written after each epoch, and gone on from when it is there and fits; removed at the end" };
    private readonly Option<WeightStorage> _weights = OptionFactory.OneOf<WeightStorage>("--weights", "How the file stores weights, as float32, float16 or int8; fewer bits make it smaller, not faster");
    private readonly Option<string?> _report = new("--report") { Description = "The HTML report to write: curves, reconstructions, scores and findings in words; model.html for model.onnx by default" };
    private readonly Option<bool> _noReport = new("--no-report") { Description = "Write no report, and do not follow the metrics for one" };
    private readonly Option<string?> _date = MakingDate.Option();
    private readonly FaultyOptionSet _faulty = new(", for the report alone");
    private readonly Option<bool> _json = OptionFactory.Json();
    private readonly TimeProvider _time;

    private TrainCommand(TimeProvider time) => _time = time;

    public static Command Create(TimeProvider time) => new TrainCommand(time).Build();

    private Command Build()
    {
        var command = new Command("train", "Train an autoencoder on healthy recordings") { _files, _output, _metrics, _checkpoint, _weights, _report, _noReport, _date, _json };
        _faulty.AddTo(command);
        _training.AddTo(command);
        command.Does((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        RecordingChoice choice = _training.Recordings.Read(parsed);
        string output = parsed.GetValue(_output)!;
        string? page = PageOf(parsed);
        ModelWriter.RequireFree(output);
        if (page is not null)
        {
            MadeFile.Require(page, TrainingPage.Mark, "another name after --report, or --no-report");
        }

        using SampleSpool? spool = _training.Spool(parsed), faultySpool = _training.Spool(parsed);
        TrainingRequest request = Read(parsed, choice, spool);
        if (page is not null)
        {
            request = request with { Report = new TrainingReport(_faulty.Read(parsed, _training, request.Signals, faultySpool), faultySpool) };
        }

        Terminal.Warn(RecordingFlaws.Of(request.Signals.Concat(request.Report?.Faulty ?? [])));

        TrainingOutcome outcome = Train(request, cancellationToken);
        if (outcome.Model.IsBetterThanConstantOutput)
        {
            ModelWriter.Write(output, outcome.Onnx);
        }

        if (outcome.Study is { } study)
        {
            File.WriteAllText(page!, TrainingPage.Text(study, Path.GetFileName(output), request.Date));
        }

        request.Checkpoint?.Delete();
        Terminal.Warn(outcome.LeftOut.Total > 0 ? [outcome.LeftOut.ToString()] : []);
        Warn(outcome.Metadata.HealthyScores);
        if (parsed.GetValue(_json))
        {
            WriteJson(outcome, output, page);
        }
        else
        {
            Write(outcome, output);
        }

        return outcome.Model.IsBetterThanConstantOutput ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>Where the report goes; null for none.</summary>
    private string? PageOf(ParseResult parsed)
    {
        string? report = parsed.GetValue(_report);
        if (!parsed.GetValue(_noReport))
        {
            return report ?? Path.ChangeExtension(parsed.GetValue(_output)!, ".html");
        }

        return report is null && _faulty.Files(parsed).Length == 0
            ? null
            : throw new UsageException("--no-report is given with --report or --faulty, expected one or the other: faulty recordings are for the report alone");
    }

    /// <summary>What to train on and how, without a report.</summary>
    private TrainingRequest Read(ParseResult parsed, RecordingChoice choice, SampleSpool? spool)
    {
        IReadOnlyList<Signal>[] recordings = [.. parsed.GetValue(_files)!.Select(file => _training.ReadSignals(parsed, choice, file, spool))];
        int axes = _training.IsJoint(parsed) ? recordings[0].Count : 1;
        return new TrainingRequest
        {
            Signals = [.. recordings.SelectMany(recording => recording)],
            Axes = axes,
            Spool = spool,
            Checkpoint = parsed.GetValue(_checkpoint) is { } path ? new TrainingCheckpoint(path) : null,
            Options = _training.Read(parsed, axes),
            Weights = parsed.GetValue(_weights),
            WindowSamples = _training.Window(parsed),
            HopSamples = _training.Hop(parsed),
            Metrics = ParseMetrics(parsed.GetValue(_metrics) is { Length: > 0 } metrics ? metrics : UsualMetrics),
            Scale = _training.Scale(parsed),
            Date = MakingDate.Of(parsed.GetValue(_date), _time),
        };
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
            return request.Run(new EpochNotes(request.Options.Epochs), cancellationToken);
        }

        return Terminal.Error.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new RemainingTimeColumn()).Start(context =>
        {
            ProgressTask task = context.AddTask("Training", maxValue: request.Options.Epochs);
            return request.Run(new EpochProgress(task), cancellationToken);
        });
    }

    private static void WriteJson(TrainingOutcome outcome, string path, string? page)
    {
        TrainedModel trained = outcome.Model;
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
            leftOut = outcome.LeftOut,
            gaps = outcome.Gaps,
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
    }

    private static void Write(TrainingOutcome outcome, string path)
    {
        TrainedModel trained = outcome.Model;
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

    private static string Words(EpochReport epoch, string of) => string.Create(CultureInfo.InvariantCulture,
        $"{(epoch.Attempt > 1 ? $"attempt {epoch.Attempt}, " : "")}epoch {epoch.Epoch}{of}, loss {epoch.TrainLoss:G4}, validation {epoch.ValidationLoss:G4}");

    private static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private sealed class EpochProgress(ProgressTask task) : IProgress<EpochReport>
    {
        public void Report(EpochReport value)
        {
            task.Value = value.Epoch;
            task.Description = Words(value, "");
        }
    }

    /// <summary>Lines in a log that nobody may look at for hours: the first epoch, which tells how long the others will take, and each tenth of them all.</summary>
    private sealed class EpochNotes(int epochs) : IProgress<EpochReport>
    {
        public void Report(EpochReport value)
        {
            if (value.Epoch == 1 || value.Epoch % Math.Max(1, epochs / 10) == 0)
            {
                Terminal.Note(Words(value, string.Create(CultureInfo.InvariantCulture, $" of {epochs}")));
            }
        }
    }
}
