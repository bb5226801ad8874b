using Thrum.Ingest.Recordings;

namespace Thrum.Ingest.Tests.Recordings;

public sealed class CsvRecordingTests
{
    [Theory]
    [InlineData("a,b\n1.5,2\n-3e2,4\n")]
    [InlineData("a;b\r\n1.5;2\r\n-3e2;4\r\n")]
    [InlineData("a\tb\n1.5\t2\n-3e2\t4")]
    [InlineData("a;b\n1,5;2\n-3e2;4\n")]
    [InlineData("\"a\",\"b\"\n\"1.5\",2\n\n-3e2, 4 \n")]
    [InlineData("\uFEFFa,b\n1.5,2\n-3e2,4\n")]
    [InlineData("a,b\n1.5,2,\n-3e2,4,\n")]
    public void Read_AnyDialect_GivesTheSameNumbers(string text)
    {
        Recording recording = Read(text);

        Assert.Equal(["a", "b"], recording.Axes.Select(axis => axis.Name));
        Assert.Equal([1.5f, -300f], recording.Axes[0].Samples);
        Assert.Equal([2f, 4f], recording.Axes[1].Samples);
    }

    [Fact]
    public void Read_NoHeader_NumbersTheColumns()
    {
        Assert.Equal(["column1", "column2"], Read("1,2\n3,4\n").Axes.Select(axis => axis.Name));
        Assert.Equal(["default"], Read("1\n2\n3\n").Axes.Select(axis => axis.Name));
        Assert.Equal([1f, 2f, 3f], Read("1\n2\n3\n").Axes[0].Samples);
    }

    [Fact]
    public void Read_RepeatedOrEmptyName_GetsItsColumnsNumber() =>
        Assert.Equal(["x", "column2", "column3"], Read("x,x,\n1,2,3\n").Axes.Select(axis => axis.Name));

    [Fact]
    public void Read_EmptyCell_IsNaN()
    {
        float[] samples = Read("a,b\n1,2\n,3\n").Axes[0].Samples;

        Assert.Equal(1f, samples[0]);
        Assert.True(float.IsNaN(samples[1]));
    }

    [Fact]
    public void Read_LabelAndTextColumns_AreNoAxes()
    {
        Recording recording = Read("machine,x,anomaly\npump,1,0\npump,2,1\n");

        Assert.Equal(["x"], recording.Axes.Select(axis => axis.Name));
        Assert.Equal(["anomaly"], recording.Labels.Select(label => label.Name));
        Assert.Equal([0f, 1f], recording.Labels[0].Samples);
    }

    [Theory]
    [InlineData("time,x\n0,1\n0.0005,2\n0.001,3\n", 2000.0, null)]
    [InlineData("datetime,x\n2024-03-01 00:00:00,1\n2024-03-01 00:00:00.5,2\n", 2.0, "2024-03-01T00:00:00Z")]
    [InlineData("2024-03-01T01:00:00+01:00;1\n2024-03-01T01:00:10+01:00;2\n", 0.1, "2024-03-01T00:00:00Z")]
    [InlineData("timestamp,x\n1709251200000,1\n1709251200010,2\n", 100.0, "2024-03-01T00:00:00Z")]
    [InlineData("timestamp,x\n1709251200,1\n1709251201,2\n1709251209,3\n1709251210,4\n", 1.0, "2024-03-01T00:00:00Z")]
    [InlineData("time,x\n5,1\n5,2\n", null, null)]
    [InlineData("a,x\n5,1\n6,2\n", null, null)]
    public void Read_TimeColumn_TellsRateAndStart(string text, double? rate, string? start)
    {
        Recording recording = Read(text);

        Assert.Equal(rate.HasValue, recording.SampleRateHz.HasValue);
        Assert.Equal(rate ?? 0, recording.SampleRateHz ?? 0, 1e-6);
        Assert.Equal(start, recording.Start?.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(1f, recording.Axes[^1].Samples[0]);
    }

    [Fact]
    public void Read_TimeColumnOption_NamesIt()
    {
        Recording recording = Read("x,clock\n1,0\n2,0.5\n", new RecordingOptions { TimeColumn = "Clock" });

        Assert.Equal(2, recording.SampleRateHz);
        Assert.Equal(["x"], recording.Axes.Select(axis => axis.Name));
    }

    [Theory]
    [InlineData("a,b\n1,2\n3\n", "2 cells in line 3", "1")]
    [InlineData("a,b\n1,2\n3,4,5\n", "2 cells in line 3", "3")]
    [InlineData("a,b\n1,2\n3,x\n", "a number in column b, line 3", "'x'")]
    [InlineData("time,b\n1,2\nsoon,4\n", "a time in column time, line 3", "'soon'")]
    [InlineData("a,b\n", "at least one row of numbers", "a header alone")]
    [InlineData("", "at least one row of numbers", "an empty file")]
    [InlineData("name\nfirst\nsecond\n", "at least one axis of numbers", "none")]
    public void Read_BrokenTable_SaysWhere(string text, string expected, string found)
    {
        RecordingException e = Assert.Throws<RecordingException>(() => Read(text));

        Assert.Equal(expected, e.Expected);
        Assert.Equal(found, e.Found);
    }

    [Fact]
    public void Read_UnclosedQuote_IsRefused() => Assert.Throws<RecordingException>(() => Read("a,b\n1,2\n\"3,4\n5,6\n"));

    [Fact]
    public void Read_PronostiaWithSemicolons_IsKnownByNameOrOption()
    {
        const string Text = "9;39;39;65664;0.552;-0.146\n9;39;39;65703;0.501;-0.48\n";

        Recording byName = Read(Text, null, "acc_00007.csv");
        Recording byOption = Read(Text, new RecordingOptions { Format = RecordingFormat.Pronostia });
        Recording plain = Read(Text);

        Assert.Equal(["horizontal", "vertical"], byName.Axes.Select(axis => axis.Name));
        Assert.Equal([0.552f, 0.501f], byName.Axes[0].Samples);
        Assert.Equal([-0.146f, -0.48f], byOption.Axes[1].Samples);
        Assert.Equal((9 * 3600) + (39 * 60) + 39.065664, byName.Properties["time_of_day_s"], 1e-9);
        Assert.Equal(6, plain.Axes.Count);
        Assert.Throws<RecordingException>(() => Read("1,2\n", new RecordingOptions { Format = RecordingFormat.Pronostia }));
    }

    private static Recording Read(string text, RecordingOptions? options = null, string name = "table.csv")
    {
        using TemporaryFile file = new(name, text);
        return RecordingReader.Read(file.Path, options);
    }
}
