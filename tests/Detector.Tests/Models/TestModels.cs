using System.Text.Json;
using Thrum.Detector.Models;

namespace Thrum.Detector.Tests.Models;

/// <summary>The files that <c>tests/references/make_dense_onnx.py</c> made.</summary>
internal static class TestModels
{
    public const int Window = 32;
    public const int Hop = 16;
    public const double RateHz = 1000;

    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Data", name);

    public static AutoencoderModel LoadDense(params (string Key, string Value)[] overrides) =>
        AutoencoderModel.Load(PathOf("dense32.onnx"), overrides.ToDictionary(entry => entry.Key, entry => entry.Value));

    /// <summary>Another revision of the same model: its sidecar has these properties.</summary>
    public static AutoencoderModel LoadRevision(params (string Key, string Value)[] sidecar) => AutoencoderModel.Load(new ModelFile(
        PathOf("dense32.onnx"), File.ReadAllBytes(PathOf("dense32.onnx")), JsonSerializer.SerializeToUtf8Bytes(sidecar.ToDictionary(entry => entry.Key, entry => entry.Value))));
}
