using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Thrum.Detector.Calibration;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Workflows;
using Thrum.Training.Reports;
using Thrum.Training.Trainer;

namespace Thrum.Gateway.Cli;

/// <summary>What <c>thrum train</c> says at its end.</summary>
/// <param name="outcome">What came of it, written where it is to be.</param>
/// <param name="path">Of the model.</param>
/// <param name="page">Of the report; null for none.</param>
internal sealed class TrainingSummary(TrainingOutcome outcome, string path, string? page)
{
    private readonly TrainedModel _trained = outcome.Model;
    private readonly CalibrationTable _calibration = outcome.Metadata.Calibration!;
    private readonly IReadOnlyList<TrainingFinding>? _findings = outcome.Study?.Findings();

    /// <summary>Says when a calibration is too small to be relied on.</summary>
    public static void Warn(HealthyScores? scores)
    {
        if (HealthyCalibration.WarningOf(scores) is { } warning)
        {
            Terminal.Note(warning);
        }
    }

    /// <summary>Says it for people, or as one JSON document. What went wrong comes first, and on standard error.</summary>
    public void Write(bool json)
    {
        if (_trained.IsBetterThanConstantOutput)
        {
            Terminal.Warn(outcome.LeftOut.Total > 0 ? [outcome.LeftOut.ToString()] : []);
            Warn(outcome.Metadata.HealthyScores);
        }
        else
        {
            Terminal.Fault(FaultText());
        }

        if (json)
        {
            WriteJson();
            return;
        }

        WriteLine($"{(_trained.IsBetterThanConstantOutput ? path : "not written")}: {_trained.Options.Model}, {_trained.Options.Loss} {_trained.BestValidationLoss:G4} on validation (a constant output has {_trained.ConstantOutputLoss:G4}), {Epochs()}");
        if (_trained.IsBetterThanConstantOutput)
        {
            WriteModel();
        }

        WriteFindings();
    }

    private string FaultText()
    {
        string model = File.Exists(path) ? $"the {path} of before stays as it was" : $"there is no {path}";
        string report = page is null ? "" : $"; the report {page} says why";
        return $"the network learned nothing that a constant output would not do, so no model was written, and {model}{report}: try {(_trained.HasEndedImproving ? "more epochs first, as the last one was the best, then " : "")}more data, a wider bottleneck or another window";
    }

    private void WriteModel()
    {
        var table = new Table().AddColumns("metric", "overlapping windows", "median", "maximum");
        foreach ((string metric, ScoreDistribution healthy) in _calibration.Metrics)
        {
            table.AddRow(Markup.Escape(metric), healthy.Windows.ToString(CultureInfo.InvariantCulture), Text(healthy.Median), Text(healthy.Quantiles[^1]));
        }

        Terminal.Out.Write(table);
        if (outcome.Metadata.HealthyScores is { } scores)
        {
            WriteLine($"calibration: the table is of windows that overlap, thresholds stand on {scores.LeastWindows}, one every {scores.HopSamples} samples as the model runs");
        }

        WriteLine($"checked on {outcome.Parity.Windows} windows: the file differs from the trained network by at most {outcome.Parity.GreatestDifference:G2}");
        if (outcome.StorageLoss is { } lost)
        {
            Terminal.Out.WriteLine(lost.ToString());
        }
    }

    private void WriteFindings()
    {
        foreach ((int index, TrainingFinding finding) in (_findings ?? []).Index())
        {
            WriteLine($"{(index == 0 ? $"report {page}" : "  also")}: {finding.Title} ({finding.Evidence.TrimEnd('.')})");
        }
    }

    private void WriteJson() => Terminal.WriteJson(new
    {
        path,
        card = _trained.IsBetterThanConstantOutput ? ModelCardFile.PathOf(path) : null,
        report = page,
        findings = _findings?.Select(finding => new { kind = JsonNamingPolicy.CamelCase.ConvertName(finding.Kind.ToString()), title = finding.Title, evidence = finding.Evidence, @try = finding.Try }),
        model = _trained.Options.Model,
        loss = _trained.Options.Loss,
        validationLoss = _trained.BestValidationLoss,
        constantOutputLoss = _trained.ConstantOutputLoss,
        epochs = _trained.History.Count,
        leftOut = outcome.LeftOut,
        gaps = outcome.Gaps,
        windows = new { train = outcome.TrainingWindows, validation = outcome.ValidationWindows, calibration = _calibration.Metrics.Values.First().Windows, threshold = outcome.Metadata.HealthyScores?.LeastWindows },
        parity = new { windows = outcome.Parity.Windows, greatestDifference = outcome.Parity.GreatestDifference },
        storage = outcome.StorageLoss is { } loss ? new
        {
            weights = loss.Weights.ToString().ToLowerInvariant(),
            bytes = outcome.Onnx.Length,
            singleBytes = outcome.Onnx.Length + loss.SavedBytes,
            medians = _calibration.Metrics.ToDictionary(m => m.Key, m => new { stored = m.Value.Median, single = loss.Single.Metrics[m.Key].Median }),
        } : null,
        calibration = _calibration.Metrics.ToDictionary(m => m.Key, m => new { m.Value.Windows, median = m.Value.Median, max = m.Value.Quantiles[^1] }),
    });

    /// <summary>Which epoch won, of those of its own attempt: attempts that began again are told apart.</summary>
    private string Epochs()
    {
        int attempts = _trained.History.Max(epoch => epoch.Attempt), own = _trained.History.Count(epoch => epoch.Attempt == _trained.BestAttempt);
        string words = FormattableString.Invariant($"epoch {_trained.BestEpoch} of {own}");
        return attempts == 1 ? words : FormattableString.Invariant($"{words} in attempt {_trained.BestAttempt} of {attempts}");
    }

    private static void WriteLine(FormattableString line) => Terminal.Out.WriteLine(FormattableString.Invariant(line));

    private static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
