using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Thrum.Detector.Models;
using Thrum.Gateway.Workflows;
using Thrum.Training.Data;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum evaluate --model … --healthy … --faulty …</c>.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var model = new Option<string>("--model") { Description = "The ONNX file", Required = true };
        var healthy = new Option<string[]>("--healthy") { Description = "Recordings of healthy running", Required = true, AllowMultipleArgumentsPerToken = true };
        var faulty = new Option<string[]>("--faulty") { Description = "Recordings with a fault", Required = true, AllowMultipleArgumentsPerToken = true };
        var healthyRate = new Option<double?>("--healthy-rate") { Description = "Rate of the healthy recordings in Hz, where it differs from --rate" };
        var axis = new Option<string?>("--axis") { Description = "The axis to use, by name or position from 1, or all; for a joint model its axes in order, separated by commas. By default the first one, or those of the model's names" };
        var rate = new Option<double?>("--rate") { Description = "Sampling rate of the recordings in Hz, where their files do not say it" };
        var from = new Option<double>("--healthy-from") { Description = "Where to begin in the healthy recordings, 0 to 1: the part that training did not see", DefaultValueFactory = _ => 0 };
        var onset = new Option<string[]>("--onset") { Description = "When the fault begins in the faulty recordings, such as 30s: one time for all, or one for each; from their beginning by default", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var label = new Option<string?>("--label") { Description = "Column of the faulty recordings that is above 0 while there is a fault, each such stretch an event; name the axis with --axis then" };
        Option<bool> onDisk = TrainingOptionSet.DiskOption();
        Option<bool> json = OptionFactory.Json();
        var command = new Command("evaluate", "Report AUROC, AUPRC, F1, false alarms, delays and detection of a model on recordings; they are decimated to the model's rate")
        {
            model, healthy, faulty, rate, healthyRate, axis, from, onset, label, onDisk, json,
        };
        command.Does((parsed, _) =>
        {
            if (!(parsed.GetValue(from) is >= 0 and < 1))
            {
                throw new UsageException($"--healthy-from is {parsed.GetValue(from)}, expected 0 or more and less than 1");
            }

            using AutoencoderModel loaded = AutoencoderModel.Load(parsed.GetValue(model)!);
            var ofFaulty = new RecordingChoice(RecordingOptionSet.CheckedRate(parsed.GetValue(rate), rate.Name), 1, parsed.GetValue(axis), 0, 1);
            RecordingChoice ofHealthy = ofFaulty with { RateHz = RecordingOptionSet.CheckedRate(parsed.GetValue(healthyRate), healthyRate.Name) ?? ofFaulty.RateHz, From = parsed.GetValue(from) };
            using SampleSpool? spool = parsed.GetValue(onDisk) ? new SampleSpool() : null;
            ModelRecordings sound = Read(loaded, parsed.GetValue(healthy)!, ofHealthy, spool), broken = Read(loaded, parsed.GetValue(faulty)!, ofFaulty, spool);
            IReadOnlyList<FaultSpans> faults = Faults(parsed.GetValue(onset)!, parsed.GetValue(label), parsed.GetValue(faulty)!, ofFaulty, broken, loaded.Metadata.SampleRateHz);
            EvaluationResult result = Evaluation.Run(loaded, sound.Samples, broken.Samples, faults) with { SampleRates = new RatesUsed(loaded.Metadata.SampleRateHz, sound.RatesHz, broken.RatesHz) };
            Terminal.Warn([.. sound.Flaws, .. broken.Flaws, .. Warnings(result)]);
            Report(result, parsed.GetValue(json));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    /// <summary>What to know before the figures are believed.</summary>
    private static IEnumerable<string> Warnings(EvaluationResult result)
    {
        if (result.LeftOut is { Healthy: > 0 } or { Faulty: > 0 })
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"windows left out because a sample of them is missing or not finite: {result.LeftOut.Healthy} of healthy and {result.LeftOut.Faulty} of faulty recordings");
        }

        if (result.TrainedOn > Recalibration.GreatestChance)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"the healthy recordings hold about {100 * result.TrainedOn:F0} % of what the model was trained on, expected others: it has fewer false alarms on what it knows (--healthy-from leaves out a part)");
        }
    }

    /// <summary>When each faulty recording shows its fault.</summary>
    private static FaultSpans[] Faults(string[] onsets, string? label, string[] files, RecordingChoice choice, ModelRecordings recordings, double rateHz)
    {
        if (onsets.Length > 0 && label is not null)
        {
            throw new UsageException("--onset and --label are given, expected at most one of them");
        }

        if (onsets.Length > 1 && onsets.Length != files.Length)
        {
            throw new UsageException($"--onset has {onsets.Length} times, expected one, or one for each of the {files.Length} faulty recordings");
        }

        Dictionary<string, FaultSpans> byFile = files.Select((file, i) => (file, spans: label is not null ? FaultSpans.Labelled(file, label, choice)
            : onsets.Length > 0 ? FaultSpans.From(Seconds(onsets[onsets.Length == 1 ? 0 : i]))
            : FaultSpans.Whole)).DistinctBy(one => one.file).ToDictionary(one => one.file, one => one.spans);
        return [.. recordings.Files.Zip(recordings.Samples.Lengths, (file, length) => byFile[file].Within(file, length / rateHz))];
    }

    private static double Seconds(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) ? seconds
        : OptionFactory.TryParseDuration(text, out TimeSpan duration) ? duration.TotalSeconds
        : throw new UsageException($"--onset is '{text}', expected a time from the beginning of the recording such as 30s");

    private static ModelRecordings Read(AutoencoderModel model, string[] files, RecordingChoice choice, SampleSpool? spool)
    {
        var read = ModelRecordings.Read(model, files, choice, spool);
        return read.Samples.Lengths.Any(length => length >= model.Metadata.WindowSamples)
            ? read
            : throw new UsageException($"{string.Join(", ", files)}: expected at least one window of {model.Metadata.WindowSamples} samples at {model.Metadata.SampleRateHz} Hz");
    }

    private static void Report(EvaluationResult result, bool json)
    {
        if (json)
        {
            Terminal.WriteJson(result);
            return;
        }

        Terminal.Out.WriteLine($"{result.Windows.Healthy} healthy and {result.Windows.Faulty} faulty windows");
        if (result.SampleRates is { } rates)
        {
            Terminal.Out.WriteLine($"healthy recorded at {Hertz(rates.Healthy)}, faulty at {Hertz(rates.Faulty)}; the model works at {Hertz([rates.Model])}");
        }

        Console.Out.Write(EvaluationTable.Text(result.Scores, Terminal.Out.Profile.Width, Terminal.Out.Profile.Capabilities.Unicode));
    }

    private static string Hertz(IReadOnlyList<double> rates) => string.Join(", ", rates.Select(rate => rate.ToString(CultureInfo.InvariantCulture))) + " Hz";
}
