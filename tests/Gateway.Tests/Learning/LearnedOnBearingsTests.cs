using Thrum.Detector.Alarms;
using Thrum.Detector.Baselines;
using Thrum.Detector.Features;
using Thrum.Detector.Models;
using Thrum.Detector.Samples;
using Thrum.Gateway.Workflows;
using Thrum.Training.Baselines;

namespace Thrum.Gateway.Tests.Learning;

/// <summary>What an axis would learn on CWRU's healthy recording, on the rest of it and on three faults.</summary>
public sealed class LearnedOnBearingsTests
{
    private const int Window = 256;
    private const double RateHz = 12000;

    [Fact]
    public void Train_OnTheFirstSeconds_StaysQuietOnTheRestAndAlarmsOnEachFaultWithinASecond()
    {
        float[] healthy = Read(Cwru.Healthy, new RecordingChoice(48000, 4, "DE", 0, 1));
        int training = (int)(0.5 * healthy.Length), heldOut = (int)(0.75 * healthy.Length);
        var record = new HealthyRecord
        {
            Axis = new AxisId("motor", "drive-end", "x"),
            SampleRateHz = RateHz,
            WindowSamples = Window,
            FeatureLength = Window / 2,
            Training = Features(healthy[..training]),
            HeldOut = Features(healthy[training..heldOut]),
            HeldOutBlocks = [(heldOut - training) / Window],
            FirstUnixNs = 1,
            LastUnixNs = 2,
        };
        using AutoencoderModel model = AutoencoderModel.Load(
            "learned", new DenseBaselineTrainer().Train(record, new DateOnly(2026, 1, 2), null, TestContext.Current.CancellationToken).Onnx.ToArray());
        AlarmRule rule = new AlarmRuleOptions().Resolve(model);

        Assert.Equal(-1, FirstAlarm(model, rule, healthy[heldOut..]));
        foreach (CwruRecording fault in Cwru.All.Where(recording => recording.IsFaulty))
        {
            int first = FirstAlarm(model, rule, Read(fault, new RecordingChoice(RateHz, 1, "DE", 0, 1)));
            Assert.True(first >= 0 && (first + 1) * Window / RateHz <= 1, $"{fault.Machine}: first alarm at window {first}");
        }
    }

    private static float[] Read(CwruRecording recording, RecordingChoice choice) => choice.Read(recording.Path).Samples;

    private static float[] Features(float[] samples)
    {
        var extractor = new FeatureExtractor(new FeatureSpec { Kind = FeatureKind.LogSpectrum, SegmentSamples = Window, Floor = 1e-9 }, Window, RateHz);
        float[] features = new float[samples.Length / Window * extractor.Length];
        for (int i = 0; i < samples.Length / Window; i++)
        {
            extractor.Extract(samples.AsSpan(i * Window, Window), features.AsSpan(i * extractor.Length, extractor.Length));
        }

        return features;
    }

    /// <summary>The window at which k of the last n scores have reached the rule's level; −1 for none.</summary>
    private static int FirstAlarm(AutoencoderModel model, AlarmRule rule, float[] samples)
    {
        using var scorer = new RecordingScorer(model);
        List<float>[] scores = [.. model.Description.Metrics.Select(_ => new List<float>())];
        scorer.Score(samples, Window, scores);
        return Enumerable.Range(0, scores[0].Count).FirstOrDefault(
            last => Enumerable.Range(Math.Max(0, last - rule.OfWindows + 1), Math.Min(last + 1, rule.OfWindows)).Count(i => scores[0][i] >= rule.RaiseLevel) >= rule.RaiseCount, -1);
    }
}
