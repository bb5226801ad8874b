using Thrum.Detector.Metrics;
using Thrum.Detector.Models;

namespace Thrum.Micro;

/// <summary>What a window cannot cost less than: ONNX Runtime at its best batch, and the metrics with their spectral bins.</summary>
/// <param name="BestBatch">The batch size at which ONNX Runtime took least.</param>
/// <param name="ReconstructMicros">Processor time of a reconstruction at that size, µs.</param>
/// <param name="MetricsMicros">Processor time of the metrics, µs.</param>
internal sealed record PartsLimit(int BestBatch, double ReconstructMicros, double MetricsMicros)
{
    private static readonly int[] Batches = [16, 64, 128, 256, 512, 1024];

    public double WindowsPerSecond => 1e6 / (ReconstructMicros + MetricsMicros);

    public static PartsLimit Measure(AutoencoderModel model, int windows)
    {
        (int batch, double reconstruct) = Batches.Select(size => (size, Reconstruct(model, size, windows))).MinBy(entry => entry.Item2);
        return new PartsLimit(batch, reconstruct, Metrics(model, windows));
    }

    private static double Reconstruct(AutoencoderModel model, int batch, int windows)
    {
        using var runner = new BatchRunner(model, batch);
        for (int row = 0; row < batch; row++)
        {
            SignalSource.Fill(runner.Input(row), row);
        }

        runner.Run(batch);
        int runs = windows / batch;
        double seconds = CpuClock.Seconds(() =>
        {
            for (int i = 0; i < runs; i++)
            {
                runner.Run(batch);
            }
        });
        return 1e6 * seconds / (runs * batch);
    }

    private static double Metrics(AutoencoderModel model, int windows)
    {
        MetricSet metrics = model.CompileMetrics();
        float[] y = new float[model.InputLength], reconstruction = new float[model.InputLength], values = new float[metrics.Count];
        SignalSource.Fill(y, 1);
        SignalSource.Fill(reconstruction, 2);
        metrics.Evaluate(y, reconstruction, values);
        double seconds = CpuClock.Seconds(() =>
        {
            for (int i = 0; i < windows; i++)
            {
                metrics.Evaluate(y, reconstruction, values);
            }
        });
        return 1e6 * seconds / windows;
    }
}
