using System.Text;
using Thrum.Detector.Models;

namespace Thrum.Detector.Tests.Models;

public sealed class ModelFileCheckTests
{
    private const int Cases = 400;

    [Fact]
    public void Check_EveryGoodModel_Passes()
    {
        foreach (string path in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Data", "torch"), "*.onnx").Append(TestModels.PathOf("dense32.onnx")))
        {
            ModelFileCheck.Check(File.ReadAllBytes(path), ModelFileLimits.Default);
        }
    }

    [Fact]
    public void Check_DataInAnotherFile_IsRefusedWithItsName()
    {
        byte[] entry = [.. Message(1, "location"u8), .. Message(2, "../../etc/passwd"u8)];
        byte[] tensor = [.. Number(1, 4), .. Number(2, 1), .. Message(8, "w1"u8), .. Message(13, entry), .. Number(14, 1)];

        Assert.StartsWith(
            "expected all data inside the model file, found tensor 'w1' in another one (..location",
            Refusal(Model(Message(5, tensor))), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_ControlFlow_IsRefusedByName() =>
        Assert.Equal(
            "expected no control flow, found operator Loop with a graph inside",
            Refusal(Model(Message(1, [.. Message(4, "Loop"u8), .. Message(5, Message(6, []))]))));

    [Fact]
    public void Check_TensorLargerThanTheFile_IsRefused()
    {
        byte[] tensor = [.. Number(1, 1UL << 40), .. Number(1, 1UL << 40), .. Number(2, 1), .. Message(8, "huge"u8)];

        Assert.Matches("^expected tensor 'huge' to fit into the file of [0-9]+ bytes, found dimensions of 18446744073709551615 elements$", Refusal(Model(Message(5, tensor))));
    }

    [Fact]
    public void Check_RawDataOfAnotherSize_IsRefused()
    {
        byte[] tensor = [.. Message(1, [2, 2]), .. Number(2, 1), .. Message(8, "w"u8), .. Message(9, new byte[12])];

        Assert.Equal("expected tensor 'w' to hold 16 bytes, as its dimensions say, found 12", Refusal(Model(Message(5, tensor))));
    }

    /// <summary>Each function calls the one before ten times.</summary>
    [Fact]
    public void Check_FunctionsThatMultiply_AreRefused()
    {
        static byte[] Call(int function) => Message(1, Body(function));
        static byte[] Body(int function) => [.. Message(4, Encoding.ASCII.GetBytes($"f{function}")), .. Message(7, "mine"u8)];
        byte[] functions = [.. Enumerable.Range(1, 20).SelectMany(i => Message(25, [
            .. Message(1, Encoding.ASCII.GetBytes($"f{i}")), .. Message(10, "mine"u8), .. Enumerable.Repeat(Message(7, Body(i - 1)), 10).SelectMany(node => node)]))];

        Assert.Equal("expected at most 100000 nodes once functions are put in the place of their calls, found more", Refusal([.. Model(Call(20)), .. functions]));
        ModelFileCheck.Check([.. Model(Call(4)), .. functions], ModelFileLimits.Default);
    }

    [Fact]
    public void Check_FunctionThatCallsItself_IsRefused()
    {
        byte[] call = [.. Message(4, "f"u8), .. Message(7, "mine"u8)];

        Assert.Equal(
            "expected functions that call each other at most 32 deep, found deeper or endless calls",
            Refusal([.. Model(Message(1, call)), .. Message(25, [.. Message(1, "f"u8), .. Message(10, "mine"u8), .. Message(7, call)])]));
    }

    [Fact]
    public void Check_MoreNodesThanAnyNetworkHas_AreRefused() =>
        Assert.Equal(
            "expected at most 100000 nodes, tensors and attributes, found more",
            Refusal(Model([.. Enumerable.Repeat(Message(1, []), 100_001).SelectMany(node => node)])));

    [Theory]
    [InlineData(6, "expected opset 7 or later, found 6")]
    [InlineData(0, "expected opset 7 or later, found 0")]
    public void Check_OldOpset_IsRefused(ulong version, string message) =>
        Assert.Equal(message, Refusal([.. Message(7, []), .. Message(8, Number(2, version))]));

    [Fact]
    public void Check_NoStandardOpset_IsRefused() =>
        Assert.Equal(
            "expected an ONNX model, found a file without an opset",
            Refusal([.. Message(7, []), .. Message(8, [.. Message(1, "com.example"u8), .. Number(2, 1)])]));

    [Fact]
    public void Load_OpsetThatDoesNotExist_IsRefused()
    {
        byte[] file = File.ReadAllBytes(TestModels.PathOf("dense32.onnx"));

        string message = Assert.Throws<ModelFileException>(() => AutoencoderModel.Load("future.onnx", [.. file, .. Message(8, Number(2, 9999))])).Message;

        Assert.StartsWith("Model future.onnx: expected an ONNX model, found: ", message, StringComparison.Ordinal);
    }

    /// <summary>Files of every kind of damage, seeded: each is refused or loads and runs, and the process lives on.</summary>
    [Theory]
    [InlineData("dense32.onnx", 24, 1)]
    [InlineData("torch/lstm-time-major.onnx", 24, 2)]
    [InlineData("torch/conv-one-axis.onnx", 24, 3)]
    public void Load_DamagedFile_IsRefusedOrRuns(string name, int window, int seed)
    {
        byte[] good = File.ReadAllBytes(TestModels.PathOf(name));
        var random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < Cases; i++)
        {
            byte[] bad = Damage(good, random);
            try
            {
                using AutoencoderModel model = AutoencoderModel.Load("damaged.onnx", bad, Overrides(name, window));
                using var runner = new BatchRunner(model, 2);
                runner.Run(2);
            }
            catch (ModelFileException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, Cases / 4, Cases);
    }

    private static Dictionary<string, string> Overrides(string name, int window) => name == "dense32.onnx" ? [] : new Dictionary<string, string>
    {
        ["window"] = $"{window}",
        ["rate"] = "1000",
        ["normaliser"] = """{"kind":"zscore","mean":0,"std":1}""",
        ["metrics"] = """["mse"]""",
    };

    private static byte[] Damage(byte[] good, Random random)
    {
        byte[] bad = [.. good];
        int reach = random.Next(2) == 0 ? Math.Min(256, bad.Length) : bad.Length;
        switch (random.Next(5))
        {
            case 0:
                return bad[..random.Next(bad.Length)];
            case 1:
                int cut = random.Next(reach);
                return [.. bad[..cut], .. bad[Math.Min(bad.Length, cut + random.Next(1, 40))..]];
            case 2:
                byte[] noise = new byte[random.Next(1, 20)];
                random.NextBytes(noise);
                int at = random.Next(reach);
                return [.. bad[..at], .. noise, .. bad[at..]];
            case 3:
                bad[random.Next(reach)] = (byte)(random.Next(2) == 0 ? 0xFF : 0x7F);
                return bad;
            default:
                for (int flips = random.Next(1, 8); flips > 0; flips--)
                {
                    bad[random.Next(reach)] ^= (byte)(1 << random.Next(8));
                }

                return bad;
        }
    }

    private static string Refusal(byte[] file) =>
        Assert.Throws<FormatException>(() => ModelFileCheck.Check(file, ModelFileLimits.Default)).Message;

    private static byte[] Model(ReadOnlySpan<byte> graph) => [.. Message(7, graph), .. Message(8, Number(2, 17))];

    private static byte[] Message(int field, ReadOnlySpan<byte> content) => [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)content.Length), .. content];

    private static byte[] Number(int field, ulong value) => [.. Varint((ulong)field << 3), .. Varint(value)];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }
}
