using Thrum.Ingest.Recordings;

namespace Thrum.Ingest.Tests.Recordings;

public sealed class MatRecordingTests
{
    [Theory]
    [InlineData("plain.mat")]
    [InlineData("compressed.mat")]
    public void Read_EveryNumericClass_GivesItsNumbers(string file)
    {
        Recording recording = RecordingReader.Read(ReferenceValues.File(file));

        float[] ramp = ReferenceValues.Numbers("ramp");
        foreach (RecordedAxis axis in recording.Axes.Where(axis => axis.Name != "wave"))
        {
            Assert.Equal(axis.Name.StartsWith('u') ? ramp.Select(x => x + 20) : ramp, axis.Samples);
        }

        Assert.Equal(11, recording.Axes.Count);
        Assert.Equal(ReferenceValues.Numbers("wave"), recording.Axes.Single(axis => axis.Name == "wave").Samples);
    }

    [Fact]
    public void Read_SingleNumbers_BecomePropertiesAndRate()
    {
        Recording recording = RecordingReader.Read(ReferenceValues.File("compressed.mat"));

        Assert.Equal(21.5, recording.Properties["temperature"]);
        Assert.Equal(12000, recording.SampleRateHz);
        Assert.Equal("compressed", recording.Name);
    }

    [Fact]
    public void Read_TwoCwruRecords_TakesTheOneThatTheFileIsNamedAfter()
    {
        Recording recording = RecordingReader.Read(ReferenceValues.File("synthetic_99.mat"));

        Assert.Equal(["DE"], recording.Axes.Select(axis => axis.Name));
        Assert.Equal(ReferenceValues.Numbers("wave").Select(x => 2 * x), recording.Axes[0].Samples);
        Assert.Equal(1750, recording.Properties["rpm"]);
    }

    [Fact]
    public void Read_TwoCwruRecordsAndNoHint_KeepsBothApart()
    {
        Recording recording = RecordingReader.Read(ReferenceValues.File("both.mat"));

        Assert.Equal(["X098_DE", "X098_FE", "X099_DE"], recording.Axes.Select(axis => axis.Name));
        Assert.Equal(1772, recording.Properties["X098RPM"]);
    }

    [Fact]
    public void Read_Version73_SaysWhatToDo()
    {
        byte[] bytes = File.ReadAllBytes(ReferenceValues.File("plain.mat"));
        bytes[125] = 2;
        using TemporaryFile file = new("new.mat", bytes);

        RecordingException e = Assert.Throws<RecordingException>(() => RecordingReader.Read(file.Path));

        Assert.Contains("-v7", e.Expected, StringComparison.Ordinal);
        Assert.Contains("7.3", e.Found, StringComparison.Ordinal);
        Assert.Equal(file.Path, e.File);
    }

    [Fact]
    public void Read_BigEndian_GivesItsNumbers()
    {
        // Header, then one int16 matrix 1 x 3 named "v", all big-endian.
        byte[] bytes =
        [
            .. new byte[124], 1, 0, (byte)'M', (byte)'I',
            0, 0, 0, 14, 0, 0, 0, 56,
            0, 0, 0, 6, 0, 0, 0, 8, 0, 0, 0, 10, 0, 0, 0, 0,
            0, 0, 0, 5, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 3,
            0, 1, 0, 1, (byte)'v', 0, 0, 0,
            0, 0, 0, 3, 0, 0, 0, 6, 0, 1, 255, 254, 1, 0, 0, 0,
        ];
        using TemporaryFile file = new("big.mat", bytes);

        Recording recording = RecordingReader.Read(file.Path);

        Assert.Equal("v", recording.Axes[0].Name);
        Assert.Equal([1f, -2f, 256f], recording.Axes[0].Samples);
    }

    [Fact]
    public void Read_VariableWithoutAName_IsNoAxis()
    {
        using TemporaryFile file = new("objects.mat");
        RecordingFiles.WriteMat(file.Path, isCompressed: true, new GeneratedAxis("x", 9, i => i), new GeneratedAxis("", 800, _ => 1), new GeneratedAxis("", 1, _ => 1));

        Recording recording = RecordingReader.Read(file.Path);

        Assert.Equal(["x"], recording.Axes.Select(axis => axis.Name));
        Assert.Empty(recording.Properties);

        RecordingFiles.WriteMat(file.Path, isCompressed: true, new GeneratedAxis("", 800, _ => 1));
        Assert.Equal("one without a name (1 x 800)", Assert.Throws<RecordingException>(() => RecordingReader.Read(file.Path)).Found);
    }

    [Fact]
    public void Read_OnlyOtherThings_SaysWhatThereIs()
    {
        // A character array: class 4.
        byte[] bytes = File.ReadAllBytes(ReferenceValues.File("plain.mat"))[..128];
        byte[] text =
        [
            14, 0, 0, 0, 48, 0, 0, 0,
            6, 0, 0, 0, 8, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0,
            5, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0,
            1, 0, 1, 0, (byte)'s', 0, 0, 0,
            16, 0, 2, 0, (byte)'h', (byte)'i', 0, 0,
        ];
        using TemporaryFile file = new("text.mat", [.. bytes, .. text]);

        RecordingException e = Assert.Throws<RecordingException>(() => RecordingReader.Read(file.Path));

        Assert.Contains("s (1 x 2, not real numbers)", e.Found, StringComparison.Ordinal);
    }
}
