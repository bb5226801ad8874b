using Thrum.Ingest.Recordings;

namespace Thrum.Ingest.Tests.Recordings;

public sealed class RecordingWriterTests
{
    private static readonly RecordedAxis X = new("x", "g", [0.1f, -2.5f, float.NaN, 1e30f]);
    private static readonly RecordedAxis Y = new("y", "g", [4, 5, 6, 7]);

    [Theory]
    [InlineData("one.npy", 1)]
    [InlineData("two.npy", 2)]
    [InlineData("one.wav", 1)]
    [InlineData("two.wav", 2)]
    public void Write_ThenRead_GivesTheSameSamples(string name, int axes)
    {
        using TemporaryFile file = new(name);

        RecordingWriter.Write(file.Path, axes == 1 ? [X] : [X, Y], 25600);

        Recording recording = RecordingReader.Read(file.Path);
        Assert.Equal(axes, recording.Axes.Count);
        Assert.Equal(X.Samples, recording.Axes[0].Samples);
        Assert.Equal(Y.Samples, axes == 2 ? recording.Axes[1].Samples : Y.Samples);
        Assert.Equal(name.EndsWith(".wav", StringComparison.Ordinal) ? 25600 : null, recording.SampleRateHz);
    }

    [Theory]
    [InlineData("f4.npy")]
    [InlineData("f32_2.wav")]
    public void Write_WhatNumpyAndScipyWrote_GivesTheirSamplesAtTheSamePlace(string name)
    {
        string reference = ReferenceValues.File(name);
        Recording recording = RecordingReader.Read(reference);
        using TemporaryFile file = new(name);

        RecordingWriter.Write(file.Path, recording.Axes, 25600);

        byte[] written = File.ReadAllBytes(file.Path);
        byte[] expected = File.ReadAllBytes(reference);
        int data = 4 * recording.Axes.Count * recording.Axes[0].Samples.Length;
        Assert.Equal(expected[^data..], written[^data..]);
        Assert.Equal(0, name.EndsWith(".npy", StringComparison.Ordinal) ? (written.Length - data) % 64 : 0);
    }

    [Theory]
    [InlineData("two.npy")]
    [InlineData("two.wav")]
    public void Write_Simulated_IsTheSameRecordingAndIsKnownAsSuch(string name)
    {
        using TemporaryFile file = new(name);

        RecordingWriter.Write(file.Path, [X, Y], 25600);
        bool measured = RecordingWriter.IsSimulated(file.Path);
        RecordingWriter.Write(file.Path, [X, Y], 25600, isSimulated: true);

        Assert.Equal((false, true), (measured, RecordingWriter.IsSimulated(file.Path)));
        Assert.Equal([X.Samples, Y.Samples], RecordingReader.Read(file.Path).Axes.Select(axis => axis.Samples));
        Assert.Equal(0, name.EndsWith(".npy", StringComparison.Ordinal) ? (new FileInfo(file.Path).Length - 32) % 64 : 0);
    }

    [Theory]
    [InlineData("f4.npy")]
    [InlineData("f32_2.wav")]
    public void IsSimulated_WhatNumpyAndScipyWrote_IsNot(string name) => Assert.False(RecordingWriter.IsSimulated(ReferenceValues.File(name)));

    [Fact]
    public void Write_WhatAFileCannotHold_Throws()
    {
        using TemporaryFile file = new("x.wav");
        Assert.Throws<ArgumentException>(() => RecordingWriter.Write(file.Path, [], 1000));
        Assert.Throws<ArgumentException>(() => RecordingWriter.Write(file.Path, [X, Y with { Samples = [1] }], 1000));
        Assert.Throws<ArgumentOutOfRangeException>(() => RecordingWriter.Write(file.Path, [X], 1000.5));
        Assert.Throws<ArgumentException>(() => RecordingWriter.Write(file.Path + ".txt", [X], 1000));
    }
}
