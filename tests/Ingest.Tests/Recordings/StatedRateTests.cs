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
