using Thrum.Detector.Alarms;
using Thrum.Detector.Metrics;
using Thrum.Detector.Models;
using Thrum.Gateway.Workflows;
using Thrum.Training.Trainer;

namespace Thrum.Gateway.Tests.Workflows;

/// <summary>A rule with default settings on the bearing data of Case Western Reserve University, trained on the healthy record's first half.</summary>
public sealed class BearingFaultTests
{
    private const int SampleRateHz = 12_000;

    [Fact]
    public void Alarm_DefaultRule_IsSilentOnTheSecondHalfAndRaisedWithinASecondOfEachFault()
    {
        using AutoencoderModel model = Train(Healthy(0, 0.5));
        using var scorer = new RecordingScorer(model);
        AlarmRule rule = new AlarmRuleOptions().Resolve(model);

        Assert.Equal(0, Run(Healthy(0.5, 1)).Raises);
        foreach (CwruRecording fault in Cwru.All.Where(recording => recording.IsFaulty))
        {
            AlarmTrial trial = Run(new RecordingChoice(SampleRateHz, 1, "DE", 0, 1).Read(fault.Path));

            Assert.NotEqual(-1, trial.FirstRaise);
            Assert.InRange(((trial.FirstRaise * Cwru.HopSamples) + Cwru.WindowSamples) / (double)SampleRateHz, 0, 1);
        }

        AlarmTrial Run(Signal signal)
        {
            List<float>[] scores = [.. model.Description.Metrics.Select(_ => new List<float>())];
            scorer.Score(signal.Samples, model.Metadata.HopSamples, scores);
            return AlarmTrial.Run(rule, scores[rule.MetricIndex], model.Metadata.HopSamples / model.Metadata.SampleRateHz);
        }
    }

    private static Signal Healthy(double from, double to) => new RecordingChoice(4 * SampleRateHz, 4, "DE", from, to).Read(Cwru.Healthy.Path);

    private static AutoencoderModel Train(Signal healthy)
    {
        var request = new TrainingRequest
        {
            Signals = [healthy],
            Options = new TrainingOptions { Model = "dense:256-128-32-128-256" },
            WindowSamples = Cwru.WindowSamples,
            HopSamples = Cwru.HopSamples,
            Metrics = MetricExpression.ParseList(["mse", "lmse"]),
            Scale = 4,
            Date = new DateOnly(2026, 1, 2),
        };
        return AutoencoderModel.Load("cwru", request.Run(null, CancellationToken.None).Onnx);
    }
}
