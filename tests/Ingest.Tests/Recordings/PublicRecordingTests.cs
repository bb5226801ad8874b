using System.Globalization;
using System.Text.Json.Nodes;
using Thrum.Ingest.Recordings;
using Thrum.Spectral.Measures;

namespace Thrum.Ingest.Tests.Recordings;

public sealed class PublicRecordingTests
{
    [Theory]
    [InlineData("cwru/normal_0_97.mat", "DE,FE")]
    [InlineData("cwru/12k_Drive_End_B007_0_118.mat", "DE,FE,BA")]
    [InlineData("cwru/12k_Drive_End_IR007_0_105.mat", "DE,FE,BA")]
    [InlineData("cwru/12k_Drive_End_OR007@6_0_130.mat", "DE,FE,BA")]
    public void Read_Cwru_EqualsScipy(string name, string axes)
    {
        Recording recording = RecordingReader.Read(Require.SharedData(name.Split('/')));

        JsonObject expected = ReferenceValues.Recording(name);
        Assert.Equal(axes.Split(',').Order(), recording.Axes.Select(axis => axis.Name).Order());
        Assert.Equal(expected["rpm"]!.GetValue<double>(), recording.Properties["rpm"]);
        Assert.Null(recording.SampleRateHz);
        Assert.All(recording.Axes, axis => Assert.Equal("g", axis.Unit));
        AssertAxes(expected, recording.Axes);
    }

    [Theory]
    [InlineData("pronostia/Bearing1_2/acc_00001.csv")]
    [InlineData("pronostia/Bearing1_2/acc_00871.csv")]
    [InlineData("pronostia/Bearing3_1/acc_00490.csv")]
    public void Read_Pronostia_EqualsNumpy(string name)
    {
        Recording recording = RecordingReader.Read(Require.SharedData(name.Split('/')));

        JsonObject expected = ReferenceValues.Recording(name);
        Assert.Equal(["horizontal", "vertical"], recording.Axes.Select(axis => axis.Name));
        Assert.Equal(25600, recording.SampleRateHz);
        Assert.Equal(2560, recording.Axes[0].Samples.Length);
        Assert.Equal("g", recording.Axes[0].Unit);

        // A float32 of up to 10^6 microseconds is exact to 1/16.
        Assert.Equal(expected["time_of_day_s"]!.GetValue<double>(), recording.Properties["time_of_day_s"], 1e-6);
        AssertAxes(expected, recording.Axes);
    }

    [Theory]
    [InlineData("skab/anomaly-free/anomaly-free.csv", 0)]
    [InlineData("skab/valve1/0.csv", 2)]
    [InlineData("skab/other/1.csv", 2)]
    public void Read_Skab_EqualsNumpy(string name, int labels)
    {
        Recording recording = RecordingReader.Read(Require.SharedData(name.Split('/')));

        JsonObject expected = ReferenceValues.Recording(name);
        Assert.Equal(8, recording.Axes.Count);
        Assert.Equal("Volume Flow RateRMS", recording.Axes[^1].Name);
        Assert.Equal(1.0, recording.SampleRateHz!.Value, 1e-9);
        DateTimeOffset start = DateTimeOffset.ParseExact(
            expected["start"]!.GetValue<string>(), "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        Assert.Equal(start, recording.Start);
        AssertAxes(expected, recording.Axes);
        Assert.Equal(labels, recording.Labels.Count);
        Assert.All(recording.Labels, label =>
            Assert.Equal(expected["labels"]![label.Name]!.GetValue<double>(), label.Samples.Sum(value => (double)value)));
    }

    private static void AssertAxes(JsonObject expected, IReadOnlyList<RecordedAxis> axes)
    {
        Assert.Equal(expected["axes"]!.AsObject().Count, axes.Count);
        Assert.All(axes, axis =>
        {
            JsonNode values = expected["axes"]![axis.Name]!;
            VibrationMeasures measures = VibrationMeasures.Of(axis.Samples);
            Assert.Equal(values["length"]!.GetValue<int>(), axis.Samples.Length);
            Assert.Equal((float)values["first"]!.GetValue<double>(), axis.Samples[0]);
            Assert.Equal((float)values["last"]!.GetValue<double>(), axis.Samples[^1]);
            double tolerance = 1e-6 * Math.Max(1, Math.Abs(measures.Mean));
            Assert.Equal(values["mean"]!.GetValue<double>(), measures.Mean, tolerance);
            Assert.Equal(values["rms"]!.GetValue<double>(), measures.Rms, tolerance);
            Assert.Equal(values["peak"]!.GetValue<double>(), measures.Peak, 10 * tolerance);
            Assert.Equal(values["kurtosis"]!.GetValue<double>(), measures.Kurtosis, 1e-3);
        });
    }
}
