using System.Globalization;
using Thrum.Ingest.Recordings;

namespace Thrum.Ingest.Tests.Recordings;

/// <summary>What a table's times say of samples that are missing.</summary>
public sealed class CsvGapTests
{
    [Fact]
    public void Read_JumpInTheTimes_MissesItsSamplesAndGoesOnAtTheirTime()
    {
        Recording recording = Read(Table(200, i => (i < 100 ? i : i + 4999) / 1000m));

        float[] samples = recording.Axes[0].Samples;
        Assert.Equal((1, 4999L, 0L), (recording.Gaps, recording.MissingSamples, recording.Axes[0].NonFinite));
        Assert.Equal(5199, samples.Length);
        Assert.Equal((99f, 100f), (samples[99], samples[5099]));
        Assert.All(samples[100..5099], sample => Assert.True(float.IsNaN(sample)));
        Assert.Equal((1000.0, false), (recording.SampleRateHz!.Value, recording.IsRateApproximate));
    }

    [Fact]
    public void Read_OneRowLost_IsAGapOfOneSample()
    {
        Recording recording = Read(Table(1000, i => (i < 500 ? i : i + 1) / 1000m));

        Assert.Equal((1, 1L, 1000.0), (recording.Gaps, recording.MissingSamples, recording.SampleRateHz!.Value));
        Assert.True(float.IsNaN(recording.Axes[0].Samples[500]));
    }

    [Fact]
    public void Read_ClockSetBack_EndsTheWindowsThere()
    {
        Recording recording = Read(Table(200, i => (i < 100 ? i + 1000 : i) / 100m));

        Assert.Equal((1, 1L, 100.0), (recording.Gaps, recording.MissingSamples, recording.SampleRateHz!.Value));
        Assert.True(float.IsNaN(recording.Axes[0].Samples[100]));
    }

    /// <summary>A period of 1.05 s told in whole seconds: each twentieth step is of two, and nothing is missing.</summary>
    [Fact]
    public void Read_ClockThatTicksUnevenly_HasNoGapsAndAGivenRateWins()
    {
        string table = Table(400, i => Math.Floor(i * 1.05m));

        Recording recording = Read(table), given = Read(table, 0.952);

        Assert.Equal((0, 400, true, 1.0), (recording.Gaps, recording.Axes[0].Samples.Length, recording.IsRateApproximate, recording.SampleRateHz!.Value));
        Assert.Equal(0.952, given.SampleRateHz);
    }

    /// <summary>A column called t may hold a temperature.</summary>
    [Fact]
    public void Read_ColumnThatIsNoClock_HasNoGaps()
    {
        var random = new Random(1);
        Recording recording = Read(Table(400, _ => (decimal)(20 + random.NextDouble())), 1000);

        Assert.Equal((0, 400, 1000.0), (recording.Gaps, recording.Axes[0].Samples.Length, recording.SampleRateHz!.Value));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12000)]
    public void Read_TimesRoundedToMicroseconds_TellTheRateThatIsMeant(int missing)
    {
        Recording recording = Read(Table(6000, i => Math.Round((i < 3000 ? i : i + missing) / 12000m, 6)));

        Assert.Equal((12000.0, missing), (recording.SampleRateHz!.Value, (int)recording.MissingSamples));
    }

    [Fact]
    public void Open_Gap_IsReadAsInMemoryThoughItIsLongerThanABlock()
    {
        using TemporaryFile file = new("table.csv", Table(200_000, i => (i < 120_000 ? i : i + 300_000) / 1000m));
        Recording whole = RecordingReader.Read(file.Path);
        using IRecordingBlocks blocks = RecordingReader.Open(file.Path);
        var samples = new List<float>();
        while (blocks.Next() is { } block)
        {
            samples.AddRange(block[0].Span);
        }

        Assert.Equal(500_000, samples.Count);
        Assert.Equal(whole.Axes[0].Samples, samples);
        Assert.Equal((whole.Gaps, whole.MissingSamples, whole.SampleRateHz), (blocks.Head.Gaps, blocks.Head.MissingSamples, blocks.Head.SampleRateHz));
    }

    [Fact]
    public void Read_GapThatWouldFillMemory_IsRefused()
    {
        RecordingException e = Assert.Throws<RecordingException>(() => Read(Table(200, i => (i < 100 ? i : i + 50_000_000) / 1000m)));

        Assert.Equal("times whose gaps, up to line 102, are no longer than 1050192 samples; what lies that far apart belongs in files of its own", e.Expected);
        Assert.Equal("1 of 50000000 samples", e.Found);
    }

    [Fact]
    public void Read_CellsThatAreNoNumbers_AreCountedBesideGaps()
    {
        using TemporaryFile file = new("table.csv", "time,x,y\n0,1,1\n1,nan,2\n2,,3\n3,4,4\n9,5,\n10,6,6\n");
        Recording recording = RecordingReader.Read(file.Path);

        Assert.Equal((1, 5L), (recording.Gaps, recording.MissingSamples));
        Assert.Equal([2L, 1L], recording.Axes.Select(axis => axis.NonFinite));
    }

    private static string Table(int rows, Func<int, decimal> time) =>
        "t,x\n" + string.Concat(Enumerable.Range(0, rows).Select(i => string.Create(CultureInfo.InvariantCulture, $"{time(i)},{i}\n")));

    private static Recording Read(string table, double? rate = null)
    {
        using TemporaryFile file = new("table.csv", table);
        return RecordingReader.Read(file.Path, new RecordingOptions { SampleRateHz = rate, Axes = ["x"] });
    }
}
