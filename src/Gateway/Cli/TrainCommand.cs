using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Thrum.Detector.Metrics;
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
        var files = new TrainingFiles(parsed.GetValue(_output)!, PageOf(parsed), parsed.GetValue(_checkpoint));
        files.Require([.. parsed.GetValue(_files)!, .. _faulty.Files(parsed)]);
        using SampleSpool? spool = _training.Spool(parsed), faultySpool = _training.Spool(parsed);
        TrainingRequest request = Read(parsed, choice, spool);
        if (files.Report is not null)
        {
            request = request with { Report = new TrainingReport(_faulty.Read(parsed, _training, request.Signals, faultySpool), faultySpool) };
        }

        Terminal.Warn(RecordingFlaws.Of(request.Signals.Concat(request.Report?.Faulty ?? [])));
        TrainingOutcome outcome;
        try
        {
            outcome = Train(request, cancellationToken);
        }
        catch (OperationCanceledException) when (request.Checkpoint is { KeptEpochs: > 0 } kept)
        {
            Terminal.Fault(FormattableString.Invariant($"stopped before it was done: {kept.Path} keeps {kept.KeptEpochs} of {request.Options.Epochs} epochs, and the same command goes on from there"));
            return ExitCode.Failed;
        }
        catch (TrainingDivergedException)
        {
            // All attempts are over: the same command would end the same, and another one is told to use other settings.
            request.Checkpoint?.Delete();
            throw;
        }

        TrainingSummary summary = Keep(outcome, files, request);
        summary.Write(parsed.GetValue(_json));
        return outcome.Model.IsBetterThanConstantOutput ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>Writes what came of it, and gives up the checkpoint once that is done.</summary>
    private static TrainingSummary Keep(TrainingOutcome outcome, TrainingFiles files, TrainingRequest request)
    {
        bool isLearned = outcome.Model.IsBetterThanConstantOutput;
        string? page = isLearned ? files.Report : files.ReportOfFailure;
        if (isLearned)
        {
            ModelWriter.Write(files.Model, outcome.Onnx);
        }

        if (outcome.Study is { } study)
        {
            MadeFile.WriteText(page!, TrainingPage.Text(study, Path.GetFileName(files.Model), request.Date));
        }

        request.Checkpoint?.Delete();
        return new TrainingSummary(outcome, files.Model, page);
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
        TrainingOptions options = _training.Read(parsed, axes);
        return new TrainingRequest
        {
            Signals = [.. recordings.SelectMany(recording => recording)],
            Axes = axes,
            Spool = spool,
            Checkpoint = parsed.GetValue(_checkpoint) is { } path ? new TrainingCheckpoint(path) { Found = found => Tell(found, options.Epochs) } : null,
            Options = options,
            Weights = parsed.GetValue(_weights),
            WindowSamples = _training.Window(parsed),
            HopSamples = _training.Hop(parsed),
            Metrics = ParseMetrics(parsed.GetValue(_metrics) is { Length: > 0 } metrics ? metrics : UsualMetrics),
            Scale = _training.Scale(parsed),
            Date = MakingDate.Of(parsed.GetValue(_date), _time),
        };
    }

    /// <summary>Says where a training goes on.</summary>
    private static void Tell(TrainingCheckpoint found, int epochs)
    {
        string attempt = found.Attempt > 1 ? FormattableString.Invariant($" in attempt {found.Attempt}") : "";
        string words = found.ResumedEpoch == 0 ? "is damaged: training begins anew"
            : found.ResumedEpoch >= epochs ? FormattableString.Invariant($"holds all {epochs} epochs{attempt}")
            : FormattableString.Invariant($"goes on from epoch {found.ResumedEpoch + 1} of {epochs}{attempt}");

        // Where a bar of progress stands, it must know of the line.
        if (Terminal.IsInteractive)
        {
            Terminal.Error.WriteLine($"{found.Path}: {words}");
        }
        else
        {
            Terminal.Note($"{found.Path}: {words}");
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

    private static string Words(EpochReport epoch, string of) => string.Create(CultureInfo.InvariantCulture,
        $"{(epoch.Attempt > 1 ? $"attempt {epoch.Attempt}, " : "")}epoch {epoch.Epoch}{of}, loss {epoch.TrainLoss:G4}, validation {epoch.ValidationLoss:G4}");

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
