using System.Buffers.Binary;
using System.Text;
using Thrum.Ingest.Recordings;

namespace Thrum.Ingest.Tests.Recordings;

/// <summary>Recordings that are read block by block: what they hold, and what a file that lies costs.</summary>
public sealed class StreamedRecordingTests
{
    private const long LittleMemory = 4 << 20;

    public static TheoryData<string> Files => [.. ReferenceValues.Files("*").Select(path => Path.GetFileName(path)!)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Open_AnyFile_GivesWhatReadingItWholeGives(string name)
    {
        Recording whole = RecordingReader.Read(ReferenceValues.File(name));

        (Recording head, float[][] samples) = Stream(ReferenceValues.File(name));

        Assert.Equal((whole.Name, whole.SampleRateHz, whole.Start), (head.Name, head.SampleRateHz, head.Start));
        Assert.Equal(whole.Properties, head.Properties);
        Assert.All(head.Axes, axis => Assert.Empty(axis.Samples));
        Assert.Equal(whole.Axes.Select(axis => (axis.Name, axis.Unit)), head.Axes.Select(axis => (axis.Name, axis.Unit)));
        Assert.Equal(whole.Axes.Select(axis => axis.Samples), samples);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Open_SomeAxes_GivesThemInTheOrderAskedFor(string name)
    {
        Recording whole = RecordingReader.Read(ReferenceValues.File(name));
        RecordedAxis[] wanted = [.. whole.Axes.Where((_, i) => i % 2 == 0).Reverse()];

        (Recording head, float[][] samples) = Stream(ReferenceValues.File(name), new RecordingOptions { Axes = [.. wanted.Select(axis => axis.Name)] });

        Assert.Equal(wanted.Select(axis => axis.Name), head.Axes.Select(axis => axis.Name));
        Assert.Equal(wanted.Select(axis => axis.Samples), samples);
    }

    [Theory]
    [InlineData("zeros.npz")]
    [InlineData("zeros.mat")]
    public void Open_ZerosThatUnpackAThousandfold_TakesLittleMemory(string name)
    {
        using TemporaryFile file = new(name, []);
        GeneratedAxis zeros = new("x", 1 << 25, _ => 0);
        if (name == "zeros.mat")
        {
            RecordingFiles.WriteMat(file.Path, isCompressed: true, zeros);
        }
        else
        {
            RecordingFiles.WriteNpz(file.Path, isDeflated: true, zeros);
        }

        Assert.InRange(new FileInfo(file.Path).Length, 1, 1 << 21);
        long before = GC.GetAllocatedBytesForCurrentThread(), count = 0;
        using (IRecordingBlocks blocks = RecordingReader.Open(file.Path))
        {
            while (blocks.Next() is [var block])
            {
                count += block.Length;
            }
        }

        Assert.Equal(1 << 25, count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, LittleMemory);
    }

    [Fact]
    public void OpenAndRead_ArchiveThatStatesMoreThanItHolds_RefuseWithLittleMemory()
    {
        using TemporaryFile file = new("lie.npz", []);
        const int stated = (1 << 30) + 4;
        uint length = 0;
        RecordingFiles.WriteZip(file.Path, isDeflated: true, ("x.npy", entry =>
        {
            using MemoryStream head = new();
            RecordingFiles.WriteNpyHead(head, "<f4", $"({stated / 4},)", isColumnMajor: false);
            length = (uint)head.Length;
            entry.Write(head.ToArray());
            entry.Write(new byte[400_000]);
        }
        ));
        byte[] bytes = File.ReadAllBytes(file.Path);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.AsSpan().LastIndexOf("PK\x01\x02"u8) + 24), length + stated);
        file.Write(bytes);

        (RecordingException streamed, long streaming) = Refused(() => Stream(file.Path, keep: false));
        (RecordingException whole, long reading) = Refused(() => RecordingReader.Read(file.Path));

        Assert.Equal("a whole .npz archive", streamed.Expected);
        Assert.Equal("a whole .npz archive", whole.Expected);
        Assert.InRange(Math.Max(streaming, reading), 0, LittleMemory);
    }

    /// <summary>Two axes of 100 samples take 800 bytes.</summary>
    [Theory]
    [InlineData("pair.mat")]
    [InlineData("pair.npz")]
    [InlineData("pair.uff")]
    [InlineData("pair.csv")]
    public void Collect_MoreThanMemoryTakes_IsRefusedInEveryFormat(string name)
    {
        using TemporaryFile file = new(name, "x,y\n" + string.Concat(Enumerable.Repeat("1,2\n", 100)));
        GeneratedAxis[] axes = [new("1", 100, i => i), new("2", 100, i => -i)];
        switch (name)
        {
            case "pair.mat":
                RecordingFiles.WriteMat(file.Path, isCompressed: true, axes);
                break;
            case "pair.npz":
                RecordingFiles.WriteNpz(file.Path, isDeflated: true, axes);
                break;
            case "pair.uff":
                RecordingFiles.WriteUff(file.Path, isBinary: false, 0.001, isTimed: false, axes);
                break;
        }

        RecordingSource source = new(file.Path, RecordingOptions.Default);
        using IRecordingBlocks enough = RecordingReader.Open(file.Path), few = RecordingReader.Open(file.Path), one = RecordingReader.Open(file.Path, new RecordingOptions { Axes = ["2"] });

        Assert.Equal([100, 100], RecordingCollector.Collect(source, enough, 800).Axes.Select(axis => axis.Samples.Length));
        Assert.Equal(100, RecordingCollector.Collect(source, one, 400).Axes.Single().Samples.Length);
        RecordingException fault = Assert.Throws<RecordingException>(() => RecordingCollector.Collect(source, few, 799));
        Assert.Equal(("at most 799 bytes of samples in memory, 4 for each", true), (fault.Expected, fault.IsTooLarge));
        Assert.InRange(RecordingCollector.MostBytes, 1 << 20, 4L << 30);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(100_000)]
    public void Open_ZlibStreamThatEndsEarly_GivesWhatComesBeforeAndThenTheFault(int missing)
    {
        using TemporaryFile file = new("cut.mat", []);
        RecordingFiles.WriteMat(file.Path, isCompressed: true, new GeneratedAxis("x", 300_000, i => i * 7919 % 65536));
        byte[] bytes = File.ReadAllBytes(file.Path);

        // The element still fits the file: it claims what there is. Where nothing is missing its checksum is wrong.
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(132), bytes.Length - 136 - missing);
        if (missing == 0)
        {
            bytes[^1] ^= 1;
        }

        file.Write(bytes[..^missing]);
        using IRecordingBlocks blocks = RecordingReader.Open(file.Path);
        Assert.NotNull(blocks.Next());
        RecordingException fault = Assert.Throws<RecordingException>(() =>
        {
            while (blocks.Next() is not null)
            {
            }
        });
        Assert.Equal("a whole zlib stream in a compressed element", fault.Expected);
    }

    [Fact]
    public void Open_DeflatedArrayThatIsDamaged_NamesTheArchive()
    {
        using TemporaryFile file = new("damaged.npz", []);
        RecordingFiles.WriteNpz(file.Path, isDeflated: true, new GeneratedAxis("x", 300_000, i => i * 7919 % 65536));
        byte[] bytes = File.ReadAllBytes(file.Path);
        bytes.AsSpan(bytes.Length / 2, 64).Fill(0xFF);
        file.Write(bytes);

        Assert.Equal("a whole .npz archive", Assert.Throws<RecordingException>(() => Stream(file.Path)).Expected);
    }

    [Fact]
    public void Open_VariableWithALongName_IsRefused()
    {
        using TemporaryFile file = new("name.mat", []);
        RecordingFiles.WriteMat(file.Path, isCompressed: true, new GeneratedAxis(new string('x', 50_000_000), 2, i => i));

        (RecordingException fault, long allocated) = Refused(() => Stream(file.Path));

        Assert.Equal("at most 4096 bytes of a variable's name or dimensions", fault.Expected);
        Assert.InRange(allocated, 0, LittleMemory);
    }

    [Fact]
    public void Open_UniversalFileWithLongLines_StepsOverThemOutsideItsFunctionsOnly()
    {
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(ReferenceValues.File("uneven.uff"))), noise = new('x', 5_000_000);
        using TemporaryFile file = new("long.uff", $"{noise}\n    -1\n   151\n{noise}    -1\n{noise}\n    -1\n{text}");

        Assert.Single(Stream(file.Path).Head.Axes);

        file.Write(Encoding.Latin1.GetBytes(text.Replace("a test", noise, StringComparison.Ordinal)));
        (RecordingException fault, long allocated) = Refused(() => Stream(file.Path));
        Assert.Equal(("lines of at most 65536 bytes in a dataset 58", "a longer one"), (fault.Expected, fault.Found));
        Assert.InRange(allocated, 0, LittleMemory);
    }

    [Fact]
    public void Open_UniversalFileWhoseTimesStandStillLate_GivesWhatComesBeforeAndThenTheFault()
    {
        using TemporaryFile file = new("still.uff", []);
        RecordingFiles.WriteUff(file.Path, isBinary: true, 0.001, isTimed: true, new GeneratedAxis("1", 100_000, i => i));
        byte[] bytes = File.ReadAllBytes(file.Path);

        // The time of the third point from the end.
        bytes.AsSpan(bytes.Length - 7 - (3 * 8), 4).Clear();
        file.Write(bytes);
        using IRecordingBlocks blocks = RecordingReader.Open(file.Path);

        Assert.Equal(1000, blocks.Head.SampleRateHz!.Value, 1e-3);
        Assert.NotNull(blocks.Next());
        RecordingException fault = Assert.Throws<RecordingException>(() =>
        {
            while (blocks.Next() is not null)
            {
            }
        });
        Assert.Equal(("times that go on evenly", "0 at point 99998"), (fault.Expected, fault.Found));
    }

    [Fact]
    public void Open_MoreVectorsThanAxes_IsRefused()
    {
        using TemporaryFile file = new("many.mat", []);
        RecordingFiles.WriteMat(file.Path, isCompressed: false, [.. Enumerable.Range(0, 16385).Select(i => new GeneratedAxis($"v{i}", 2, _ => 0))]);

        Assert.Equal("at most 16384 axes", Assert.Throws<RecordingException>(() => Stream(file.Path)).Expected);
    }

    private static (Recording Head, float[][] Samples) Stream(string path, RecordingOptions? options = null, bool keep = true)
    {
        using IRecordingBlocks blocks = RecordingReader.Open(path, options);
        List<float>[] samples = [.. blocks.Head.Axes.Select(_ => new List<float>())];
        while (blocks.Next() is { } block)
        {
            for (int axis = 0; keep && axis < samples.Length; axis++)
            {
                samples[axis].AddRange(block[axis].Span);
            }
        }

        return (blocks.Head, [.. samples.Select(axis => axis.ToArray())]);
    }

    /// <summary>The fault, and the bytes that were allocated until it was found.</summary>
    private static (RecordingException Fault, long Allocated) Refused(Action read)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        RecordingException fault = Assert.Throws<RecordingException>(read);
        return (fault, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
