using System.Globalization;
using System.Text;
using Thrum.Ingest.Recordings;

namespace Thrum.Ingest.Tests.Recordings;

public sealed class RecordingBlocksTests : IDisposable
{
    private const int Frames = 1_000_003;

    // A block's buffers and what the runtime needs for files; the recordings take 8 MB and more as float32.
    private const long MostAllocated = 3 << 20;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(".wav")]
    [InlineData(".npy")]
    [InlineData(".f32")]
    [InlineData(".i16")]
    [InlineData("columns.npy")]
    [InlineData("stored.npz")]
    [InlineData("deflated.npz")]
    [InlineData("pair.npz")]
    [InlineData("columns.npz")]
    [InlineData("plain.mat")]
    [InlineData("compressed.mat")]
    [InlineData("text.uff")]
    [InlineData("binary.uff")]
    [InlineData("timed.uff")]
    [InlineData("timed_binary.uff")]
    public void Open_LongFile_GivesItsSamplesInBlocksWithLittleMemory(string name)
    {
        string path = Write(name);
        RecordingOptions options = new() { RawAxes = 2, Scale = 0.5 };
        using (IRecordingBlocks blocks = RecordingReader.Open(path, options))
        {
            int[] frames = new int[2];
            int count = 0;
            for (; blocks.Next() is { } block; count++)
            {
                for (int axis = 0; axis < frames.Length; axis++)
                {
                    bool isRight = true;
                    foreach (float sample in block[axis].Span)
                    {
                        isRight &= sample == Sample(frames[axis]++, axis) * 0.5f;
                    }

                    Assert.True(isRight, $"a sample of axis {axis} of the block that ends at {frames[axis]} is another one");
                }
            }

            Assert.Equal([Frames, Frames], frames);
            Assert.True(count > 5, $"{count} blocks");
        }

        Assert.Equal([Frames, Frames], RecordingReader.Read(path, options).Axes.Select(axis => axis.Samples.Length));
        Assert.InRange(Allocated(path), 0, MostAllocated);
    }

    [Fact]
    public void Open_LongTable_GivesItsRowsInBlocksAndItsRateAtTheEnd()
    {
        string path = Path.Combine(_folder.FullName, "long.csv");
        using (StreamWriter writer = new(path, append: false, new UTF8Encoding(false)))
        {
            writer.WriteLine("time,x,anomaly");
            for (int row = 0; row < 200_000; row++)
            {
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row * 0.5},{row},{row % 2}"));
            }
        }

        using IRecordingBlocks blocks = RecordingReader.Open(path);
        Assert.Equal(["x"], blocks.Head.Axes.Select(axis => axis.Name));
        Assert.Equal(["anomaly"], blocks.Head.Labels.Select(axis => axis.Name));
        int next = 0, count = 0;
        while (blocks.Next() is [var axis, var label])
        {
            Assert.Equal(Enumerable.Range(next, axis.Length).Select(row => (float)row), axis.ToArray());
            Assert.Equal(Enumerable.Range(next, axis.Length).Select(row => (float)(row % 2)), label.ToArray());
            next += axis.Length;
            count++;
        }

        Assert.Equal((200_000, 2.0), (next, blocks.Head.SampleRateHz));
        Assert.True(count > 5, $"{count} blocks");
    }

    /// <summary>That of a table sorts its steps.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void Next_ManyBlocks_DoesNotAskForTheHeadWithEach(int count)
    {
        using CountedBlocks file = new(count);
        using ChosenBlocks blocks = new(new RecordingSource("a.csv", RecordingOptions.Default), file);

        while (blocks.Next() is not null)
        {
        }

        Assert.InRange(file.HeadsAsked, 1, 3);
    }

    [Fact]
    public void Open_TableThatBreaksOffLate_GivesWhatComesBeforeAndThenTheFault()
    {
        string path = Path.Combine(_folder.FullName, "late.csv");
        File.WriteAllLines(path, Enumerable.Range(0, 100_000).Select(row => row.ToString(CultureInfo.InvariantCulture)).Prepend("x").Append("end"));
        using IRecordingBlocks blocks = RecordingReader.Open(path);

        Assert.NotNull(blocks.Next());
        RecordingException fault = Assert.Throws<RecordingException>(blocks.Next);
        Assert.Equal(("a number in column x, line 100002", "'end'"), (fault.Expected, fault.Found));
    }

    /// <summary>What opening, and reading without a scale, allocates on this thread: the buffers of a block, used again.</summary>
    private static long Allocated(string path)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        using IRecordingBlocks blocks = RecordingReader.Open(path, new RecordingOptions { RawAxes = 2 });
        while (blocks.Next() is not null)
        {
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void WriteParts(string path)
    {
        GeneratedAxis[] axes = [.. Enumerable.Range(0, 2).Select(axis => new GeneratedAxis(FormattableString.Invariant($"{axis + 1}"), Frames, frame => Sample(frame, axis)))];
        string name = Path.GetFileName(path), extension = Path.GetExtension(path);
        if (name is "pair.npz" or "columns.npz")
        {
            bool isColumnMajor = name == "columns.npz";
            RecordingFiles.WriteZip(path, isDeflated: true, ("v.npy", entry =>
            {
                RecordingFiles.WriteNpyHead(entry, ">i2", $"({Frames}, 2)", isColumnMajor);
                for (int i = 0; i < 2 * Frames; i++)
                {
                    float sample = isColumnMajor ? Sample(i % Frames, i / Frames) : Sample(i / 2, i % 2);
                    entry.Write([(byte)((short)sample >> 8), (byte)(short)sample]);
                }
            }
            ));
        }
        else if (extension == ".npz")
        {
            RecordingFiles.WriteNpz(path, name == "deflated.npz", axes);
        }
        else if (extension == ".mat")
        {
            RecordingFiles.WriteMat(path, name == "compressed.mat", axes);
        }
        else
        {
            RecordingFiles.WriteUff(path, name.Contains("binary", StringComparison.Ordinal), 0.001, name.StartsWith("timed", StringComparison.Ordinal), axes);
        }
    }

    private static float Sample(int frame, int axis) => (short)((frame * 7) + (axis * 1000));

    private string Write(string name)
    {
        string path = Path.Combine(_folder.FullName, name.StartsWith('.') ? "long" + name : name);
        float[][] axes = [.. Enumerable.Range(0, 2).Select(axis => Enumerable.Range(0, Frames).Select(frame => Sample(frame, axis)).ToArray())];
        if (name is ".wav" or ".npy")
        {
            RecordingWriter.Write(path, [new RecordedAxis("x", null, axes[0]), new RecordedAxis("y", null, axes[1])], 1000);
            return path;
        }

        if (Path.GetExtension(name) is ".npz" or ".mat" or ".uff")
        {
            WriteParts(path);
            return path;
        }

        using BinaryWriter writer = new(File.Create(path));
        if (name == "columns.npy")
        {
            string head = $"{{'descr': '<f4', 'fortran_order': True, 'shape': ({Frames}, 2), }}";
            writer.Write([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0]);
            writer.Write((ushort)head.Length);
            writer.Write(Encoding.ASCII.GetBytes(head));
            Array.ForEach([.. axes[0], .. axes[1]], writer.Write);
            return path;
        }

        for (int frame = 0; frame < Frames; frame++)
        {
            for (int axis = 0; axis < 2; axis++)
            {
                if (name == ".f32")
                {
                    writer.Write(axes[axis][frame]);
                }
                else
                {
                    writer.Write((short)axes[axis][frame]);
                }
            }
        }

        return path;
    }

    /// <summary>So many blocks of one sample.</summary>
    private sealed class CountedBlocks(int count) : IRecordingBlocks
    {
        private int _left = count;

        public int HeadsAsked { get; private set; }

        public Recording Head
        {
            get
            {
                HeadsAsked++;
                return new Recording { Name = "a", Axes = [new RecordedAxis("x", null, [])] };
            }
        }

        public IReadOnlyList<ReadOnlyMemory<float>>? Next() => _left-- > 0 ? [new float[1]] : null;

        public void Dispose()
        {
        }
    }
}
