using System.Text;
using Thrum.Ingest.Recordings;

namespace Thrum.Ingest.Tests.Recordings;

public sealed class UffRecordingTests
{
    [Fact]
    public void Read_Text_HasTheFunctionsOfTimeOnly()
    {
        Recording recording = RecordingReader.Read(ReferenceValues.File("text.uff"));

        Assert.Equal([("3x", "g"), ("3-z", "g")], recording.Axes.Select(axis => (axis.Name, axis.Unit)));
        Near(ReferenceValues.Numbers("wave"), recording.Axes[0].Samples, 1e-5);
        Near([.. ReferenceValues.Numbers("ramp").Select(x => x / 4)], recording.Axes[1].Samples, 1e-7);
        Assert.Equal(12800, recording.SampleRateHz);
        Assert.Equal(new DateTimeOffset(2020, 3, 9, 10, 14, 33, TimeSpan.Zero), recording.Start);
    }

    [Theory]
    [InlineData("little_single.uff")]
    [InlineData("big_single.uff")]
    [InlineData("little_double.uff")]
    [InlineData("big_double.uff")]
    public void Read_Binary_HasTheSamplesAsStored(string file)
    {
        Recording recording = RecordingReader.Read(ReferenceValues.File(file));

        Assert.Equal("3", recording.Axes.Single().Name);
        Assert.Equal(ReferenceValues.Numbers("wave"), recording.Axes[0].Samples);
        Assert.Equal(12800, recording.SampleRateHz);
    }

    [Fact]
    public void Read_TimesBesideTheValues_TellTheRate()
    {
        Recording recording = RecordingReader.Read(ReferenceValues.File("uneven.uff"));

        Near(ReferenceValues.Numbers("wave"), recording.Axes.Single().Samples, 1e-5);
        Assert.Equal(("3y", "m/s2"), (recording.Axes[0].Name, recording.Axes[0].Unit));
        Assert.Equal(12800, recording.SampleRateHz!.Value, 0.1);
    }

    [Theory]
    [InlineData(" 1.64247E+00 2.47042E+00", " 1.64247E+00x2.47042E+00", "a number in columns")]
    [InlineData(" 7.81250E-05", " 0.00000E+00", "a positive time between samples")]
    [InlineData("        41         1", "        42         1", "42 numbers")]
    [InlineData("        41         1", "3000000000         1", "1 to 2147483647 points")]
    public void Read_BrokenText_SaysWhere(string good, string bad, string expected)
    {
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(ReferenceValues.File("text.uff"))).Replace("  1.64247E+00  2.47042E+00", "  1.64247E+00 2.47042E+00 ", StringComparison.Ordinal);
        using TemporaryFile file = new("x.uff", text.Replace(good, bad, StringComparison.Ordinal));

        RecordingException e = Assert.Throws<RecordingException>(() => RecordingReader.Read(file.Path));

        Assert.Contains(expected, e.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BinaryOfAnotherMachine_IsRefused()
    {
        byte[] bytes = File.ReadAllBytes(ReferenceValues.File("big_single.uff"));
        string text = Encoding.Latin1.GetString(bytes).Replace("    58b     2     2", "    58b     2     3", StringComparison.Ordinal);
        using TemporaryFile file = new("x.uff", Encoding.Latin1.GetBytes(text));

        Assert.Contains("IEEE 754", Assert.Throws<RecordingException>(() => RecordingReader.Read(file.Path)).Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SpectraOnly_SaysWhatIsThere()
    {
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(ReferenceValues.File("uneven.uff"))).Replace("        17    0", "        18    0", StringComparison.Ordinal);
        using TemporaryFile file = new("x.uff", text);

        Assert.Equal("datasets a function that is not of time", Assert.Throws<RecordingException>(() => RecordingReader.Read(file.Path)).Found);
    }

    private static void Near(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
