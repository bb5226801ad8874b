using Thrum.Ingest.Recordings;

namespace Thrum.Ingest.Tests.Recordings;

public sealed class ArrayAndWaveTests
{
    [Theory]
    [InlineData("f4.npy", "wave")]
    [InlineData("f8_big.npy", "wave")]
    [InlineData("version2.npy", "wave")]
    [InlineData("i2.npy", "ramp")]
    [InlineData("i4_big.npy", "ramp")]
    public void Read_NpyVector_IsOneAxis(string file, string expected)
    {
        Recording recording = RecordingReader.Read(ReferenceValues.File(file), new RecordingOptions { SampleRateHz = 12000 });

        Assert.Equal(["default"], recording.Axes.Select(axis => axis.Name));
        Assert.Equal(ReferenceValues.Numbers(expected), recording.Axes[0].Samples);
        Assert.Equal(12000, recording.SampleRateHz);
    }

    [Theory]
    [InlineData("grid.npy")]
    [InlineData("grid_fortran.npy")]
    public void Read_NpyMatrix_IsOneAxisForEachColumn(string file)
    {
        Recording recording = RecordingReader.Read(ReferenceValues.File(file));

        Assert.Equal(["axis1", "axis2"], recording.Axes.Select(axis => axis.Name));
        Assert.Equal(ReferenceValues.Numbers("wave"), recording.Axes[0].Samples);
        Assert.Equal(ReferenceValues.Numbers("ramp").Select(x => x / 4), recording.Axes[1].Samples);
    }

    [Theory]
    [InlineData("s16.wav", 32768.0, 0)]
    [InlineData("s32.wav", 2147483648.0, 0)]
    [InlineData("u8.wav", 128.0, 128)]
    public void Read_IntegerWave_IsFractionOfFullScale(string file, double fullScale, int middle)
    {
        Recording recording = RecordingReader.Read(ReferenceValues.File(file));

        float[] stored = ReferenceValues.Numbers(Path.GetFileNameWithoutExtension(file));
        Assert.Equal(25600, recording.SampleRateHz);
        Assert.All(stored.Zip(recording.Axes[0].Samples), pair => Assert.Equal((pair.First - middle) / fullScale, pair.Second, 1e-7));
    }

    [Fact]
    public void Read_FloatWave_IsAsStored()
    {
        Assert.Equal(ReferenceValues.Numbers("wave"), RecordingReader.Read(ReferenceValues.File("f64.wav")).Axes[0].Samples);
        Recording two = RecordingReader.Read(ReferenceValues.File("f32_2.wav"));
        Assert.Equal(ReferenceValues.Numbers("wave"), two.Axes[0].Samples);
        Assert.Equal(ReferenceValues.Numbers("ramp").Select(x => x / 4), two.Axes[1].Samples);
    }

    [Fact]
    public void Read_ExtensibleWaveOf24Bits_IsUnderstood()
    {
        // An odd 'LIST' chunk first, so that padding counts; then two axes of 24 bits in the extensible layout.
        byte[] bytes =
        [
            .. "RIFF"u8, 0, 0, 0, 0, .. "WAVE"u8,
            .. "LIST"u8, 3, 0, 0, 0, 1, 2, 3, 0,
            .. "fmt "u8, 40, 0, 0, 0, 0xFE, 0xFF, 2, 0, 0x40, 0x1F, 0, 0, 0x80, 0xBB, 0, 0, 6, 0, 24, 0,
            22, 0, 24, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71,
            .. "data"u8, 12, 0, 0, 0, 0, 0, 0x40, 0, 0, 0xC0, 0, 0, 0x80, 0xFF, 0xFF, 0x7F,
        ];
        using TemporaryFile file = new("e.wav", bytes);

        Recording recording = RecordingReader.Read(file.Path);

        Assert.Equal(8000, recording.SampleRateHz);
        Assert.Equal([0.5f, -1f], recording.Axes[0].Samples);
        Assert.Equal([-0.5f, 8388607 / 8388608f], recording.Axes[1].Samples);
    }

    [Fact]
    public void Read_RawFiles_DeinterleavesAndScales()
    {
        using TemporaryFile shorts = new("x.i16", [1, 0, 2, 0, 255, 255, 0, 1]);
        Recording recording = RecordingReader.Read(shorts.Path, new RecordingOptions { RawAxes = 2, Scale = 0.5, Unit = "g" });
        Assert.Equal([0.5f, -0.5f], recording.Axes[0].Samples);
        Assert.Equal([1f, 128f], recording.Axes[1].Samples);
        Assert.Equal("g", recording.Axes[0].Unit);

        using TemporaryFile floats = new("x.bin", [0, 0, 0x80, 0x3F]);
        RecordingOptions asFloat = new() { Format = RecordingFormat.RawFloat32 };
        Assert.Equal([1f], RecordingReader.Read(floats.Path, asFloat).Axes[0].Samples);
    }

    [Fact]
    public void Read_AxesNamed_KeepsThemInThatOrder()
    {
        RecordingOptions options = new() { Axes = ["axis2", "1", "AXIS2"], Scale = 2 };

        Recording recording = RecordingReader.Read(ReferenceValues.File("grid.npy"), options);

        Assert.Equal(["axis2", "axis1", "axis2"], recording.Axes.Select(axis => axis.Name));
        Assert.Equal(ReferenceValues.Numbers("ramp").Select(x => x / 2), recording.Axes[0].Samples);
        Assert.Equal(recording.Axes[0].Samples, recording.Axes[2].Samples);
    }

    [Theory]
    [InlineData("nothere.npy", "a file that can be read")]
    [InlineData("s16", "a stated format or an extension")]
    public void Read_NoFileOrFormat_SaysSo(string name, string expected)
    {
        string path = ReferenceValues.File(name);

        RecordingException e = Assert.Throws<RecordingException>(() => RecordingReader.Read(path));

        Assert.StartsWith($"{path}: expected {expected}", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x.raw")]
    [InlineData("x.bin")]
    public void Read_RawWithoutFormat_AsksForIt(string name)
    {
        using TemporaryFile file = new(name, [0, 0, 0, 0]);

        RecordingException e = Assert.Throws<RecordingException>(() => RecordingReader.Read(file.Path));

        Assert.Contains("stated format", e.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_UnknownAxis_NamesTheOnesThere()
    {
        RecordingOptions options = new() { Axes = ["axis3"] };

        RecordingException e = Assert.Throws<RecordingException>(() => RecordingReader.Read(ReferenceValues.File("grid.npy"), options));

        Assert.Contains("axis1, axis2", e.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ImpossibleOptions_Throws()
    {
        string file = ReferenceValues.File("f4.npy");
        Assert.Throws<ArgumentOutOfRangeException>(() => RecordingReader.Read(file, new RecordingOptions { SampleRateHz = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => RecordingReader.Read(file, new RecordingOptions { Scale = double.NaN }));
        Assert.Throws<ArgumentOutOfRangeException>(() => RecordingReader.Read(file, new RecordingOptions { RawAxes = 0 }));
    }
}
