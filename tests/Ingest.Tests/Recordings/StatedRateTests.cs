using Thrum.Ingest.Recordings;

namespace Thrum.Ingest.Tests.Recordings;

/// <summary>A rate that is given for a file that states its own.</summary>
public sealed class StatedRateTests
{
    private const string Table = "time,x\n0,1\n0.001,2\n0.002,3\n0.003,4\n";

    [Theory]
    [InlineData("a.wav", "8000")]
    [InlineData("a.csv", "1000")]
    public void Read_AnotherRateThanTheFiles_IsRefusedInMemoryAndInBlocks(string name, string stated)
    {
        using TemporaryFile file = Write(name);
        var options = new RecordingOptions { SampleRateHz = 48000 };

        RecordingException whole = Assert.Throws<RecordingException>(() => RecordingReader.Read(file.Path, options));
        RecordingException inBlocks = Assert.Throws<RecordingException>(() =>
        {
            using IRecordingBlocks blocks = RecordingReader.Open(file.Path, options);
            while (blocks.Next() is not null)
            {
            }
        });

        Assert.Equal(("the given rate of 48000 Hz, to within 0.1 %", $"{stated} Hz in the file"), (whole.Expected, whole.Found));
        Assert.Equal(whole.Message, inBlocks.Message);
    }

    [Theory]
    [InlineData("a.wav", 8007)]
    [InlineData("a.csv", 999.1)]
    public void Read_NearlyTheFilesRate_IsTheGivenOne(string name, double given)
    {
        using TemporaryFile file = Write(name);

        Assert.Equal(given, RecordingReader.Read(file.Path, new RecordingOptions { SampleRateHz = given }).SampleRateHz);
    }

    [Theory]
    [InlineData("short.uff", 4.9e-324, "Infinity")]
    [InlineData("long.uff", 1e9, "1E-09")]
    [InlineData("high.mat", 1e30, "1.0000000150474662E+30")]
    [InlineData("low.mat", 1e-30, "1.0000000031710769E-30")]
    public void Open_RateAtWhichNothingIsSampled_IsRefused(string name, double value, string stated)
    {
        using TemporaryFile file = new(name);
        if (name.EndsWith(".uff", StringComparison.Ordinal))
        {
            RecordingFiles.WriteUff(file.Path, isBinary: false, value, isTimed: false, new GeneratedAxis("1", 8, i => i));
        }
        else
        {
            RecordingFiles.WriteMat(file.Path, isCompressed: false, new GeneratedAxis("x", 8, i => i), new GeneratedAxis("fs", 1, _ => (float)value));
        }

        RecordingException e = Assert.Throws<RecordingException>(() => RecordingReader.Open(file.Path).Dispose());

        Assert.Equal(("a sampling rate from 0.000001 to 1000000000000 Hz", $"{stated} Hz in the file"), (e.Expected, e.Found));
    }

    [Fact]
    public void Read_TableWhoseStepsAreTooShort_IsRefusedAtItsEnd()
    {
        using TemporaryFile file = new("a.csv", "time,x\n0,1\n1e-15,2\n2e-15,3\n3e-15,4\n");

        Assert.Equal("a sampling rate from 0.000001 to 1000000000000 Hz", Assert.Throws<RecordingException>(() => RecordingReader.Read(file.Path)).Expected);
    }

    private static TemporaryFile Write(string name)
    {
        TemporaryFile file = new(name, Table);
        if (name.EndsWith(".wav", StringComparison.Ordinal))
        {
            RecordingWriter.Write(file.Path, [new RecordedAxis("x", null, [1, 2, 3])], 8000);
        }

        return file;
    }
}
