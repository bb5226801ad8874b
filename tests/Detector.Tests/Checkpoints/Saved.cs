using Thrum.Detector.Checkpoints;

namespace Thrum.Detector.Tests.Checkpoints;

/// <summary>What parts of a state write, on the way to others that take it over.</summary>
internal static class Saved
{
    /// <summary>The bytes that are written, in the frame of a stored state.</summary>
    public static byte[] Blob(Action<CheckpointWriter> write)
    {
        var writer = new CheckpointWriter();
        int start = writer.BeginBlob();
        write(writer);
        writer.EndBlob(start);
        return writer.Written.ToArray();
    }

    /// <summary>Has a part take over what another one saves, to the last byte.</summary>
    public static TPart Load<TPart>(ICheckpointed from, TPart to)
        where TPart : ICheckpointed
    {
        CheckpointReader reader = Open(Blob(from.Save));
        Assert.True(to.TryLoad(ref reader));
        Assert.True(reader.IsAtEnd);
        return to;
    }

    /// <summary>Expects a part to refuse what is written.</summary>
    public static void Refuse(Action<CheckpointWriter> write, ICheckpointed to)
    {
        CheckpointReader reader = Open(Blob(write));
        Assert.False(to.TryLoad(ref reader));
    }

    /// <summary>A reader of what was written.</summary>
    public static CheckpointReader Open(byte[] blob)
    {
        Assert.True(CheckpointReader.TryOpen(blob, out CheckpointReader reader, out _));
        return reader;
    }
}
