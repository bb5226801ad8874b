using System.Security.Cryptography;
using Thrum.Detector.Models;

namespace Thrum.Detector.Tests.Models;

public sealed class AutoencoderModelTests
{
    [Fact]
    public void Load_DenseModel_ReadsItsMetadataAndDescription()
    {
        using AutoencoderModel model = TestModels.LoadDense();

        Assert.Equal((32, 16, 1000.0, 4.0), (model.Metadata.WindowSamples, model.Metadata.HopSamples, model.Metadata.SampleRateHz, model.Metadata.Scale));
        Assert.Equal(new Normaliser(0.25, 0.5), model.Metadata.Normaliser);
        Assert.Equal("dense32", model.Description.Name);
        Assert.Equal(["mse", "lmse", "mse_plus_0_5_fft_120_180hz"], model.Description.FieldKeys);
        string hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(model.Path)));
        Assert.Equal(hash[..12], model.Description.Revision);
    }

    [Fact]
    public void Load_Overrides_WinWithAndWithoutPrefix()
    {
        using AutoencoderModel model = TestModels.LoadDense(("hop", "8"), ("thrum.rate", "500"));

        Assert.Equal((8, 500.0), (model.Metadata.HopSamples, model.Metadata.SampleRateHz));
    }

    [Fact]
    public void Load_SidecarBesideAForeignModel_GivesWhatTheFileLacks()
    {
        string path = Copy("no-metadata.onnx");
        File.WriteAllText(path + ".json", """
            { "window": 32, "rate": 1000.5, "normaliser": { "kind": "zscore", "mean": 0, "std": 2 }, "thrum.metrics": ["mae"] }
            """);

        using AutoencoderModel model = AutoencoderModel.Load(path);

        Assert.Equal((32, 32, 1000.5, 2.0), (model.Metadata.WindowSamples, model.Metadata.HopSamples, model.Metadata.SampleRateHz, model.Metadata.Normaliser.Std));
        Assert.Equal(["mae"], model.Description.Metrics);
    }

    [Theory]
    [InlineData("[1]", "expected one JSON object, found Array")]
    [InlineData("{", "expected one JSON object, found: ")]
    public void Load_SidecarThatIsNoObject_IsRefused(string json, string reason)
    {
        string path = Copy("no-metadata.onnx");
        File.WriteAllText(path + ".json", json);

        Assert.StartsWith($"Model {path}.json: {reason}", Refusal(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rank-3.onnx", "expected input 'x' to be Float [batch, 32] with a dynamic batch, found Float [batch, 32, 1]")]
    [InlineData("fixed-batch.onnx", "expected input 'x' to be Float [batch, 32] with a dynamic batch, found Float [4, 32]")]
    [InlineData("int-input.onnx", "expected input 'x' to be Float [batch, 32] with a dynamic batch, found Int32 [batch, 32]")]
    [InlineData("other-window.onnx", "expected input 'x' to be Float [batch, 32] with a dynamic batch, found Float [batch, 64]")]
    [InlineData("sequence-input.onnx", "expected input 'x' to be Float [batch, 32] with a dynamic batch, found ONNX_TYPE_SEQUENCE")]
    [InlineData("encoder-only.onnx", "expected output 'y' to be Float [batch, 32] with a dynamic batch, found Float [batch, 8]")]
    [InlineData("two-inputs.onnx", "expected one input, found 2: x, z")]
    [InlineData("no-metadata.onnx", "thrum.window is missing, expected an integer from 2 to 4194304")]
    [InlineData("truncated.onnx", "expected an ONNX model, found: ")]
    [InlineData("not-onnx.onnx", "expected an ONNX model, found: ")]
    [InlineData("empty.onnx", "expected an ONNX model, found: ")]
    [InlineData("absent.onnx", "expected a readable ONNX file, found: ")]
    public void Load_FileThatIsNoAutoencoderOfItsWindow_SaysWhatWasExpectedAndFound(string name, string reason)
    {
        string path = TestModels.PathOf(name);

        string message = Refusal(path);

        Assert.True(message.StartsWith($"Model {path}: {reason}", StringComparison.Ordinal), message);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("metrics", "[\"fft(17)\"]", "fft(17) expected bins within 0..16 (0..500 Hz in steps of 31.25 Hz), found 17..17")]
    [InlineData("metrics", "[\"rms\"]", "thrum.metrics: metric 'rms': expected mse, mae, sad, lmse, lmse-max, msle, relative, fl(…), exceedance(…) or fft(…) at position 1, found 'rms'")]
    [InlineData("window", "64", "expected input 'x' to be Float [batch, 64] with a dynamic batch, found Float [batch, 32]")]
    public void Load_OverrideThatDoesNotFit_SaysWhy(string key, string value, string reason)
    {
        string message = Assert.Throws<ModelFileException>(() => TestModels.LoadDense((key, value))).Message;

        Assert.Equal($"Model {TestModels.PathOf("dense32.onnx")}: {reason}", message);
    }

    private static string Refusal(string path) => Assert.Throws<ModelFileException>(() => AutoencoderModel.Load(path)).Message;

    private static string Copy(string name)
    {
        string copy = Path.Combine(Directory.CreateTempSubdirectory("thrum-test").FullName, name);
        File.Copy(TestModels.PathOf(name), copy);
        return copy;
    }
}
