using System.Security.Cryptography;
using Thrum.Detector.Models;

namespace Thrum.Detector.Tests.Models;

public sealed class AutoencoderModelTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");

    public void Dispose() => _folder.Delete(recursive: true);

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

        Assert.Equal((32, 32, 1000.5), (model.Metadata.WindowSamples, model.Metadata.HopSamples, model.Metadata.SampleRateHz));
        Assert.Equal(Normaliser.Parse("{ \"kind\": \"zscore\", \"mean\": 0, \"std\": 2 }"), model.Metadata.Normaliser);
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
    [InlineData("int-input.onnx", "expected input 'x' to be Float [batch, 32] or [batch, 1, 32] or [batch, 32, 1] or [32, batch, 1], found Int32 [any, 32]")]
    [InlineData("other-window.onnx", "expected input 'x' to be Float [batch, 32] or [batch, 1, 32] or [batch, 32, 1] or [32, batch, 1], found Float [any, 64]")]
    [InlineData("sequence-input.onnx", "expected input 'x' to be Float [batch, 32] or [batch, 1, 32] or [batch, 32, 1] or [32, batch, 1], found ONNX_TYPE_SEQUENCE")]
    [InlineData("encoder-only.onnx", "expected output 'y' to be Float [batch, 32] or [batch, 1, 32] or [batch, 32, 1] or [32, batch, 1], found Float [any, 8]")]
    [InlineData("two-inputs.onnx", "expected one input, found 2: x, z")]
    [InlineData("no-metadata.onnx", "thrum.window is missing, expected an integer from 2 to 4194304")]
    [InlineData("truncated.onnx", "expected an ONNX model, found a file that breaks off or is damaged, where all bytes of a field should be")]
    [InlineData("not-onnx.onnx", "expected an ONNX model, found a file that breaks off or is damaged, where ")]
    [InlineData("empty.onnx", "expected an ONNX model, found a file without a graph")]
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
    [InlineData("shaft", "0", "thrum.shaft is '0', expected a positive number")]
    [InlineData("metrics", "[\"fft(2x)\"]", "fft(2x) expected the shaft's frequency to be known (thrum.shaft), found none")]
    [InlineData("layout", "batch,time", "thrum.layout: expected batch,values or batch,axes,values or batch,values,axes or values,batch,axes, found batch,time")]
    [InlineData("layout", "batch,axes,values", "expected input and output in the layout batch,axes,values, found Float [any, 32] and Float [any, 32]")]
    [InlineData("axes", "3", "expected input 'x' to be Float [batch, 96] or [batch, 3, 32] or [batch, 32, 3] or [32, batch, 3], found Float [any, 32]")]
    [InlineData("axes", "[\"x\",\"x\"]", "thrum.axes: expected a number from 1 to 256 or a JSON array of distinct names, found [\"x\",\"x\"]")]
    [InlineData("feature", "log-spectrum", "metric mse+0.5*fft(120Hz..180Hz) expected a feature in time, such as waveform, found {\"kind\":\"log-spectrum\",\"segment\":0,\"window\":\"hann\",\"floor\":1E-06}")]
    [InlineData("normaliser", "{\"kind\":\"zscore\",\"mean\":[0,0],\"std\":[1,1]}", "thrum.normaliser expected 1 set of parameters, one per axis (1) or one per value (32), found 2")]
    [InlineData("window", "64", "expected input 'x' to be Float [batch, 64] or [batch, 1, 64] or [batch, 64, 1] or [64, batch, 1], found Float [any, 32]")]
    public void Load_OverrideThatDoesNotFit_SaysWhy(string key, string value, string reason)
    {
        string message = Assert.Throws<ModelFileException>(() => TestModels.LoadDense((key, value))).Message;

        Assert.Equal($"Model {TestModels.PathOf("dense32.onnx")}: {reason}", message);
    }

    [Fact]
    public void Load_FixedBatch_RunsAsOftenAsItTakes()
    {
        using AutoencoderModel model = AutoencoderModel.Load(TestModels.PathOf("fixed-batch.onnx"));
        using AutoencoderModel same = TestModels.LoadDense();
        using var runner = new BatchRunner(model, 10);
        using var reference = new BatchRunner(same, 10);
        for (int i = 0; i < 10 * TestModels.Window; i++)
        {
            runner.Input(i / TestModels.Window)[i % TestModels.Window] = MathF.Sin(i);
            reference.Input(i / TestModels.Window)[i % TestModels.Window] = MathF.Sin(i);
        }

        runner.Run(10);
        reference.Run(10);

        Assert.Equal(4, model.FixedBatch);
        Assert.Equal([4], runner.BatchSizes);
        for (int row = 0; row < 10; row++)
        {
            Assert.Equal(reference.Output(row).ToArray(), runner.Output(row).ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        }
    }

    [Fact]
    public void Load_FileBeyondTheLimit_IsRefusedUnread()
    {
        string path = TestModels.PathOf("dense32.onnx");
        long length = new FileInfo(path).Length;

        var e = Assert.Throws<ModelFileException>(() => AutoencoderModel.Load(path, limits: new ModelFileLimits { MaxBytes = length - 1 }));

        Assert.Equal($"Model {path}: expected at most {length - 1} bytes, found {length}", e.Message);
    }

    private static string Refusal(string path) => Assert.Throws<ModelFileException>(() => AutoencoderModel.Load(path)).Message;

    private string Copy(string name)
    {
        string copy = Path.Combine(_folder.FullName, name);
        File.Copy(TestModels.PathOf(name), copy);
        return copy;
    }
}
