using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Checkpoints;

namespace Thrum.Detector.Tests.Checkpoints;

public sealed class CheckpointFormatTests
{
    [Fact]
    public void Read_WhatWasWritten_GivesTheSameValues()
    {
        byte[] blob = Saved.Blob(writer =>
        {
            writer.Write((byte)200);
            writer.Write(true);
            writer.Write(-7);
            writer.Write(long.MinValue);
            writer.Write(Math.PI);
            writer.Write("Prüfstand 1/ø");
            writer.Write([1.5f, float.NaN, float.NegativeInfinity]);
        });

        Assert.True(CheckpointReader.TryOpen(blob, out CheckpointReader reader, out _));
        Assert.Equal((200, true, -7, long.MinValue), (reader.ReadByte(), reader.ReadBoolean(), reader.ReadInt32(), reader.ReadInt64()));
        Assert.Equal((Math.PI, "Prüfstand 1/ø"), (reader.ReadDouble(), reader.ReadString()));
        float[] values = new float[5];
        Assert.Equal(3, reader.ReadSingles(values));
        Assert.Equal([1.5f, float.NaN, float.NegativeInfinity, 0, 0], values);
        Assert.True(reader.IsValid && reader.IsAtEnd);
    }

    [Fact]
    public void Write_Integers_AreLittleEndian()
    {
        byte[] blob = Saved.Blob(writer => writer.Write(0x01020304));

        Assert.Equal([CheckpointWriter.FormatVersion, 4, 3, 2, 1], blob[..5]);
    }

    [Fact]
    public void ReadSection_UnknownContent_IsPassedOver()
    {
        byte[] blob = Saved.Blob(writer =>
        {
            int start = writer.BeginSection();
            writer.Write("of a later release");
            writer.EndSection(start);
            writer.Write(42);
        });

        Assert.True(CheckpointReader.TryOpen(blob, out CheckpointReader reader, out _));
        CheckpointReader section = reader.ReadSection();
        Assert.Equal(42, reader.ReadInt32());
        Assert.Equal("of a later release", section.ReadString());
        Assert.Equal(0, section.ReadInt64());
        Assert.True(reader.IsValid && !section.IsValid);
    }

    [Fact]
    public void TryOpen_AnyAlteredByteOrCut_IsRefused()
    {
        byte[] blob = Saved.Blob(writer => writer.Write("machine"));

        for (int i = 0; i < blob.Length; i++)
        {
            byte[] altered = [.. blob];
            altered[i] ^= 0x10;
            Assert.False(CheckpointReader.TryOpen(altered, out _, out string fault));
            Assert.NotEmpty(fault);
            Assert.False(CheckpointReader.TryOpen(blob.AsSpan(0, i), out _, out _));
        }
    }

    [Fact]
    public void Read_ArbitraryBytesWithARightHash_NeverThrows() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            byte[] blob = Saved.Blob(writer =>
            {
                foreach (byte value in bytes)
                {
                    writer.Write(value);
                }
            });
            Assert.True(CheckpointReader.TryOpen(blob, out CheckpointReader reader, out _));
            CheckpointReader section = reader.ReadSection();
            _ = section.ReadString();
            _ = reader.ReadString();
            _ = reader.ReadSingles(new float[2]);
            _ = reader.ReadDouble();
            Assert.True(!reader.IsValid || bytes.Length >= 20);
        }));
}
