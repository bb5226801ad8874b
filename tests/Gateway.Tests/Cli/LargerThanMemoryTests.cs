using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Thrum.Gateway.Tests.Cli;

/// <summary>One recording of 64 MB for a process whose managed heap may have 48.</summary>
public sealed class LargerThanMemoryTests : IDisposable
{
    private const long HeapBytes = 48 << 20;
    private const int Samples = 16 << 20;

    private static readonly string[] Small = ["--rate", "1000", "--window", "4096", "--model", "dense:4096-2-4096", "--epochs", "1", "--no-report", "--json"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");

    public LargerThanMemoryTests()
    {
        using FileStream file = File.Create(Path.Combine(_folder.FullName, "long.f32"));
        float[] block = new float[1 << 16];
        for (int start = 0; start < Samples; start += block.Length)
        {
            for (int i = 0; i < block.Length; i++)
            {
                block[i] = MathF.Sin(0.01f * i) + (0.001f * ((start + i) % 7919));
            }

            file.Write(MemoryMarshal.AsBytes(block.AsSpan()));
        }
    }

    [Theory]
    [InlineData("packed.mat")]
    [InlineData("packed.npz")]
    [InlineData("text.uff")]
    public async Task Train_OnDiskFromOtherFormats_DoesInBoundedMemory(string name)
    {
        string path = Path.Combine(_folder.FullName, name);
        var axis = new GeneratedAxis("1", Samples, i => MathF.Sin(0.01f * i) + (0.001f * (i % 7919)));
        switch (Path.GetExtension(name))
        {
            case ".mat":
                RecordingFiles.WriteMat(path, isCompressed: true, axis);
                break;
            case ".npz":
                RecordingFiles.WriteNpz(path, isDeflated: true, axis);
                break;
            default:
                RecordingFiles.WriteUff(path, isBinary: false, 0.001, isTimed: false, axis);
                break;
        }

        ThrumProgram.Outcome memory = await RunAsync(["train", name, "-o", "none.onnx", .. Small]);
        Assert.Equal((2, Refusal(name, ", or --on-disk")), (memory.ExitCode, memory.Error.ReplaceLineEndings("\n")));
        ThrumProgram.Outcome trained = await RunAsync(["train", name, "-o", "model.onnx", "--on-disk", .. Small]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        int windows = JsonDocument.Parse(trained.Output).RootElement.GetProperty("windows").GetProperty("train").GetInt32();
        Assert.InRange(windows, 8_000, Samples / 1024);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task TrainCalibrateAndEvaluate_OnDisk_DoInBoundedMemory()
    {
        ThrumProgram.Outcome memory = await RunAsync(["train", "long.f32", "-o", "none.onnx", .. Small]);
        Assert.Equal((2, Refusal("long.f32", ", or --on-disk")), (memory.ExitCode, memory.Error.ReplaceLineEndings("\n")));
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "none.onnx")));

        ThrumProgram.Outcome trained = await RunAsync(["train", "long.f32", "-o", "model.onnx", "--on-disk", "--to", "0.9", .. Small]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        int windows = JsonDocument.Parse(trained.Output).RootElement.GetProperty("windows").GetProperty("train").GetInt32();
        Assert.InRange(windows, 8_000, Samples / 1024);

        ThrumProgram.Outcome calibrated = await RunAsync(
            "calibrate", "model.onnx", "long.f32", "-o", "again.onnx", "--rate", "1000", "--from", "0.9", "--on-disk", "--json");
        ThrumProgram.Outcome evaluated = await RunAsync(
            "evaluate", "--model", "model.onnx", "--healthy", "long.f32", "--faulty", "long.f32", "--rate", "1000", "--on-disk", "--json");
        Assert.True(calibrated.ExitCode == 0, calibrated.Error);
        Assert.True(evaluated.ExitCode == 0, evaluated.Error);

        // It has no such option.
        Assert.Equal(Refusal("long.f32", ""), (await RunAsync("inspect", "long.f32", "--rate", "1000")).Error.ReplaceLineEndings("\n"));
        Assert.Equal(Samples / 4096, JsonDocument.Parse(evaluated.Output).RootElement.GetProperty("windows").GetProperty("healthy").GetInt32());
    }

    private static string Refusal(string name, string instead) =>
        string.Create(CultureInfo.InvariantCulture, $"thrum: {name}: expected at most {HeapBytes / 3} bytes of samples in memory, 4 for each{instead}, found more\n");

    /// <summary>Runs it with so much managed memory; more of it ends the process.</summary>
    private Task<ThrumProgram.Outcome> RunAsync(params string[] arguments) =>
        ThrumProgram.RunAsync(_folder.FullName, new Dictionary<string, string?> { ["DOTNET_GCHeapHardLimit"] = HeapBytes.ToString("X", CultureInfo.InvariantCulture) }, arguments);
}
