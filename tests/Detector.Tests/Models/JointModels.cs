using System.Text.Json;
using Thrum.Detector.Models;

namespace Thrum.Detector.Tests.Models;

/// <summary>Models of several axes that <c>tests/references/make_torch_onnx.py</c> exported, with the metadata that a sidecar would give.</summary>
internal static class JointModels
{
    public const int Window = 24;

    /// <summary>A convolution over 24 samples of three axes at 1 kHz, every <paramref name="hop"/> samples.</summary>
    public static AutoencoderModel LoadThreeAxes(
        string axes = """["x","y","z"]""", string rate = "1000", string feature = "waveform", int hop = 10, double std = 1, string? normaliser = null)
    {
        string path = TestModels.PathOf(Path.Combine("torch", "conv-three-axes.onnx"));
        var sidecar = new Dictionary<string, string>
        {
            ["window"] = "24",
            ["hop"] = $"{hop}",
            ["rate"] = rate,
            ["axes"] = axes,
            ["feature"] = feature,
            ["normaliser"] = normaliser ?? JsonSerializer.Serialize(new { kind = "zscore", mean = 0, std }),
            ["metrics"] = """["mse","fft(2)"]""",
        };
        return AutoencoderModel.Load(new ModelFile(path, File.ReadAllBytes(path), JsonSerializer.SerializeToUtf8Bytes(sidecar)));
    }
}
