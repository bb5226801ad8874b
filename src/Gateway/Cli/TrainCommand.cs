using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Thrum.Detector.Calibration;
using Thrum.Detector.Metrics;
using Thrum.Gateway.Workflows;
using Thrum.Training.Trainer;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum train FILE… -o model.onnx</c>.</summary>
internal static class TrainCommand
{
    public static Command Create(TimeProvider time)
    {
        var files = new Argument<string[]>("files") { Description = "Recordings of healthy running: .mat, .csv, .npy, .npz, .uff, .wav, .f32, .i16", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string>("--output", "-o") { Description = "The ONNX file to write", Required = true };
        var recording = new RecordingOptionSet();
        var joint = new Option<bool>("--joint") { Description = "One model that sees the axes or columns of a recording together; --axis then names several, separated by commas, all by default" };
        var window = new Option<int>("--window") { Description = "Samples per window", DefaultValueFactory = _ => 256 };
        var hop = new Option<int?>("--hop") { Description = "Samples between windows; the window by default" };
        var model = new Option<string?>("--model") { Description = "The network, such as conv1d:256-16-32/32 or lstm:16x16-32; dense:N-N/2-N/8-N/2-N for a window of N by default" };
        var loss = new Option<string>("--loss") { Description = "Any metric, huber(δ), log-cosh, bce, or a sum such as mse+0.5*fft(3..12)+1e-4*weights(l2)", DefaultValueFactory = _ => "mse" };
        var metrics = new Option<string[]>("--metrics") { Description = "Metrics to compute, the first is the score", DefaultValueFactory = _ => ["mse", "lmse"], AllowMultipleArgumentsPerToken = true };
        var scale = new Option<double>("--scale") { Description = "Scale of lmse in standard deviations of the signal", DefaultValueFactory = _ => 4 };
        var epochs = new Option<int>("--epochs") { Description = "Most passes over the data", DefaultValueFactory = _ => 100 };
        var noise = new Option<double>("--noise") { Description = "Denoising: standard deviation of the noise added to inputs", DefaultValueFactory = _ => 0 };
        var seed = new Option<int>("--seed") { Description = "Fixes weights, order and noise: the same seed gives the same file", DefaultValueFactory = _ => 1 };
        Option<bool> json = OptionFactory.Json();
        var command = new Command("train", "Train an autoencoder on healthy recordings") { files, output, joint, window, hop, model, loss, metrics, scale, epochs, noise, seed, json };
        recording.AddTo(command);
        command.Does((parsed, cancellationToken) =>
        {
            RecordingChoice choice = recording.Read(parsed);
            int samples = parsed.GetValue(window);
            Signal[][] signals = [.. parsed.GetValue(files)!.Select(file => (parsed.GetValue(joint) ? choice.ReadTogether(file) : choice.ReadChosen(file)).ToArray())];
            int axes = parsed.GetValue(joint) ? signals[0].Length : 1;
            int values = axes * samples;
            var request = new TrainingRequest
            {
                Signals = [.. signals.SelectMany(recording => recording)],
                Axes = axes,
                Options = new TrainingOptions
                {
                    Model = parsed.GetValue(model) ?? $"dense:{values}-{values / 2}-{values / 8}-{values / 2}-{values}",
                    Loss = parsed.GetValue(loss)!,
                    LossScale = parsed.GetValue(scale),
                    Epochs = parsed.GetValue(epochs),
                    NoiseLevel = parsed.GetValue(noise),
                    Seed = parsed.GetValue(seed),
                },
                WindowSamples = samples,
                HopSamples = parsed.GetValue(hop) ?? samples,
                Metrics = ParseMetrics(parsed.GetValue(metrics)!),
                Scale = parsed.GetValue(scale),
                Date = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime),
            };
            Check(request);
            TrainingOutcome outcome = Train(request, cancellationToken);
            if (outcome.Model.IsBetterThanConstantOutput)
            {
                File.WriteAllBytes(parsed.GetValue(output)!, outcome.Onnx);
            }

            Warn(outcome.Metadata.HealthyScores);
            Report(outcome, parsed.GetValue(output)!, parsed.GetValue(json));
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

    private static void Check(TrainingRequest request)
    {
        IEnumerable<string> faults = request.Options.Validate();
        if (request.WindowSamples < 8 || request.HopSamples < 1)
        {
            faults = faults.Append($"--window {request.WindowSamples} --hop {request.HopSamples}: expected a window of at least 8 and a hop of at least 1");
        }

        if (request.Axes > 1 && request.Options.Loss.Contains("fft(", StringComparison.Ordinal))
        {
            faults = faults.Append($"--loss {request.Options.Loss}: expected no fft(…) with --joint, because a loss sees the axes one after the other as one window");
        }

        if (faults.ToArray() is { Length: > 0 } sentences)
        {
            throw new UsageException(string.Join("; ", sentences));
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

    private static void Report(TrainingOutcome outcome, string path, bool json)
    {
        TrainedModel trained = outcome.Model;
        if (json)
        {
            Terminal.WriteJson(new
            {
                path,
                model = trained.Options.Model,
                loss = trained.Options.Loss,
                validationLoss = trained.BestValidationLoss,
                constantOutputLoss = trained.ConstantOutputLoss,
                epochs = trained.History.Count,
                windows = new { train = outcome.TrainingWindows, validation = outcome.ValidationWindows, calibration = outcome.Metadata.Calibration!.Metrics.Values.First().Windows },
                calibration = outcome.Metadata.Calibration.Metrics.ToDictionary(m => m.Key, m => new { m.Value.Windows, median = m.Value.Quantiles[m.Value.Quantiles.Length / 2], max = m.Value.Quantiles[^1] }),
            });
            return;
        }

        Terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{path}: {trained.Options.Model}, {trained.Options.Loss} {trained.BestValidationLoss:G4} on validation (a constant output has {trained.ConstantOutputLoss:G4}), {Epochs(trained)}"));
        var table = new Table().AddColumns("metric", "calibration windows", "median", "maximum");
        foreach ((string metric, ScoreDistribution healthy) in outcome.Metadata.Calibration!.Metrics)
        {
            table.AddRow(Markup.Escape(metric), healthy.Windows.ToString(CultureInfo.InvariantCulture), Text(healthy.Quantiles[healthy.Quantiles.Length / 2]), Text(healthy.Quantiles[^1]));
        }

        Terminal.Out.Write(table);
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
