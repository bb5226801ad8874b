using Thrum.Detector.Metrics;
using Thrum.Gateway.Workflows;
using Thrum.Training.Trainer;

namespace Thrum.Gateway.Tests.Support;

/// <summary>A model with a window of 16 samples at 1 kHz, trained in a moment.</summary>
internal static class TinyModel
{
    private static readonly Lazy<byte[]> Onnx = new(Train);

    /// <summary>Its ONNX file.</summary>
    public static byte[] Bytes => Onnx.Value;

    /// <summary>Field 6 of the model's protobuf, its description: behind <see cref="Bytes"/> another file, the same model.</summary>
    public static byte[] Description => [0x32, 0x01, (byte)'x'];

    public static void Write(string path) => File.WriteAllBytes(path, Onnx.Value);

    private static byte[] Train()
    {
        float[] samples = [.. Enumerable.Range(0, 4000).Select(i => (float)Math.Sin(0.4 * i))];
        var request = new TrainingRequest
        {
            Signals = [new Signal("sine", "x", 1000, null, samples)],
            Options = new TrainingOptions { Model = "dense:16-8-16", Epochs = 2 },
            WindowSamples = 16,
            HopSamples = 16,
            Metrics = MetricExpression.ParseList(["mse"]),
            Scale = 4,
            Date = new DateOnly(2026, 1, 2),
        };
        return request.Run(null, CancellationToken.None).Onnx;
    }
}
