using System.Runtime.InteropServices;
using Thrum.Detector.Calibration;
using Thrum.Detector.Measures;
using Thrum.Detector.Metrics;
using Thrum.Detector.Models;
using Thrum.Detector.Samples;
using Thrum.Detector.Trends;

namespace Thrum.Detector.Evidence;

/// <summary>Makes the evidence of an alarm once more from what it kept: the deciding window, the last numbers of its rule, and the samples of the buffer.</summary>
public static class EvidenceReplay
{
    // Fewer samples than any buffer holds.
    private const int LeastSamples = 64;

    /// <summary>The evidence as this program makes it now.</summary>
    /// <param name="recorded">What was kept.</param>
    /// <param name="model">The model that scored the window; null to leave its reconstruction and metrics as they are.</param>
    /// <param name="machines">What is known of the machines.</param>
    /// <exception cref="FormatException">The buffer that was kept is none.</exception>
    /// <exception cref="ModelFileException">The model does not run.</exception>
    /// <exception cref="ModelRunException">The model failed on the window.</exception>
    public static AlarmEvidence Run(AlarmEvidence recorded, AutoencoderModel? model, IReadOnlyList<MachineOptions> machines)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        ArgumentNullException.ThrowIfNull(machines);
        EvidenceDecision decision = Decide(recorded);
        float[] window = [.. recorded.Window.Values], reconstruction = [.. recorded.Reconstruction.Values];
        if (model is not null && CanRun(recorded, model))
        {
            (reconstruction, decision) = Score(window, model, decision);
        }

        return Measure(recorded, machines, decision, window, reconstruction) ?? recorded with { Decision = decision };
    }

    /// <summary>True when the model takes the window that was kept: of a joint window only one axis is.</summary>
    public static bool CanRun(AlarmEvidence recorded, AutoencoderModel model)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        ArgumentNullException.ThrowIfNull(model);
        return model.Metadata.Axes.Count == 1 && recorded.Window.Values.Count == model.InputLength;
    }

    /// <summary>The statistic anew: the so-manieth largest of the last numbers.</summary>
    private static EvidenceDecision Decide(AlarmEvidence recorded)
    {
        EvidenceDecision decision = recorded.Decision ?? new EvidenceDecision("", null, null, 1, [], "", "", [], "");
        double[] recent = [.. decision.Recent.Select(value => value ?? double.NegativeInfinity).OrderDescending()];
        return decision.RaiseCount >= 1 && decision.RaiseCount <= recent.Length ? decision with { Value = recent[decision.RaiseCount - 1] } : decision;
    }

    /// <summary>The line through the buckets anew. Its bound rests on the rule's confidence, which belongs to the configuration.</summary>
    private static EvidenceTrend? Fit(EvidenceTrend? trend)
    {
        const double AnyConfidence = 0.9;
        if (trend?.Slope is null || trend.Days.Count != trend.Values.Count || trend.Days.Count is < 2 or > TrendOptions.MostBuckets)
        {
            return trend;
        }

        var line = TrendLine.Fit([.. trend.Days], [.. trend.Values], AnyConfidence, new double[TrendLine.ScratchLength(trend.Days.Count)]);
        return trend with { Slope = line.Slope, Level = line.Level };
    }

    private static (float[] Reconstruction, EvidenceDecision Decision) Score(float[] window, AutoencoderModel model, EvidenceDecision decision)
    {
        using var runner = new BatchRunner(model, 1);
        window.CopyTo(runner.Input(0));
        runner.Run(1);
        MetricSet metrics = model.CompileMetrics();
        float[] values = new float[metrics.Count];
        metrics.Evaluate(runner.Input(0), runner.Output(0), values);
        CalibrationTable? table = decision.Calibration.Length == 0
            ? model.Metadata.Calibration
            : model.Metadata.Bands.FirstOrDefault(band => $"band {band.Band.Name}" == decision.Calibration)?.Table;
        EvidenceMetric[] all = [.. model.Description.Metrics.Select((metric, i) => new EvidenceMetric(metric, values[i], PValue(metric, values[i])))];
        return (runner.Output(0).ToArray(), decision with { Metrics = all, Scorer = model.Description.Name, Revision = model.Description.Revision });

        // A calibration of the axis's own is not in the model's file.
        double? PValue(string metric, float value) => decision.Calibration == EvidenceDecision.OwnCalibration
            ? decision.Metrics.FirstOrDefault(recorded => recorded.Metric == metric)?.PValue
            : table?.Metrics.GetValueOrDefault(metric)?.PValue(value);
    }

    private static AlarmEvidence? Measure(AlarmEvidence recorded, IReadOnlyList<MachineOptions> machines, EvidenceDecision decision, float[] window, float[] reconstruction)
    {
        byte[] bytes = Convert.FromBase64String(recorded.Buffer);
        if (bytes.Length < LeastSamples * sizeof(float) || bytes.Length % sizeof(float) != 0 || !(recorded.SampleRateHz > 0))
        {
            return null;
        }

        string axis = recorded.Contributions.Count > 0 ? recorded.Contributions[0].Axis : recorded.Axis;
        AxisStream stream = new StreamRegistry(1).Resolve(new AxisId(recorded.Machine, recorded.Sensor, axis));
        var kit = new MeasureKit(MachineProfile.For(MachineProfile.All(machines), stream.Id), recorded.SampleRateHz, bytes.Length / sizeof(float));
        MemoryMarshal.Cast<byte, float>(bytes).CopyTo(kit.Buffer);
        var subject = new EvidenceSubject
        {
            TransitionId = recorded.TransitionId,
            RuleId = recorded.RuleId,
            Severity = recorded.Severity,
            EventTimeUnixNs = recorded.EventTimeUnixNs,
            Decision = decision,
            Before = recorded.Before,
            Contributions = recorded.Contributions,
            Trend = Fit(recorded.Trend),
            Window = window,
            Reconstruction = reconstruction,

            // Spectra begin at their first bin, samples at 0.
            BinHz = recorded.Window.Start > 0 ? recorded.Window.Step : 0,
        };
        AlarmEvidence again = EvidenceBuilder.Build(subject, kit, kit.Measure(stream, recorded.TakenAtUnixNs, recorded.Measure.ShaftHz));
        return recorded.TakenAtUnixNs == recorded.EventTimeUnixNs && recorded.Trend is null ? again with { Diagnosis = EvidenceBuilder.Undetermined } : again;
    }
}
