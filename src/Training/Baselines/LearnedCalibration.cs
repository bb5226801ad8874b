using Thrum.Detector.Baselines;
using Thrum.Detector.Calibration;
using Thrum.Detector.Metrics;
using Thrum.Detector.Models;

namespace Thrum.Training.Baselines;

/// <summary>The scores of the held-out windows by the finished file, with the code that scores it in service.</summary>
internal sealed record LearnedCalibration(CalibrationTable Table, HealthyScores Scores)
{
    private const int Batch = 256;

    public static LearnedCalibration Of(byte[] onnx, HealthyRecord record)
    {
        using AutoencoderModel model = AutoencoderModel.Load("learned", onnx);
        using var runner = new BatchRunner(model, Batch);
        MetricSet metrics = model.CompileMetrics();
        List<float>[] scores = [.. model.Description.Metrics.Select(_ => new List<float>())];
        float[] values = new float[metrics.Count];
        for (int first = 0; first < record.HeldOutWindows; first += Batch)
        {
            int rows = Math.Min(Batch, record.HeldOutWindows - first);
            for (int row = 0; row < rows; row++)
            {
                _ = model.Metadata.Normaliser.TryApply(record.HeldOut.AsSpan((first + row) * record.FeatureLength, record.FeatureLength), runner.Input(row));
            }

            runner.Run(rows);
            for (int row = 0; row < rows; row++)
            {
                metrics.Evaluate(runner.Input(row), runner.Output(row), values);
                for (int metric = 0; metric < values.Length; metric++)
                {
                    scores[metric].Add(values[metric]);
                }
            }
        }

        string[] names = [.. model.Description.Metrics];
        return new LearnedCalibration(
            CalibrationTable.FromScores(Enumerable.Range(0, names.Length).ToDictionary(i => names[i], i => (IReadOnlyList<float>)scores[i])),
            new HealthyScores(
                record.WindowSamples, Enumerable.Range(0, names.Length).ToDictionary(i => names[i], i => HealthySequence.FromScores(scores[i], record.HeldOutBlocks))));
    }
}
