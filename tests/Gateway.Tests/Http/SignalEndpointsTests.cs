using System.Text.Json;
using Thrum.Detector.Scores;
using Thrum.Detector.Windows;
using Thrum.Gateway.Tests.Support;
using Thrum.Ingest.Recordings;

namespace Thrum.Gateway.Tests.Http;

/// <summary>The newest samples of an axis: a sine of 50 Hz and amplitude 1.</summary>
public sealed class SignalEndpointsTests : IAsyncLifetime
{
    private const string Pump = "/api/v1/sensors/pump/s/x/";

    private TestGateway? _gateway;

    private TestGateway Gateway => _gateway!;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync(withTokens: false);

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    [Theory]
    [InlineData(Pump + "waveform", "wav", TestGateway.PumpRateHz, TestGateway.PumpRateHz)]
    [InlineData(Pump + "waveform", "npy", 0, TestGateway.PumpRateHz)]
    [InlineData("/api/v1/alarms/{id}/waveform", "wav", 12_000, 2)]
    public async Task Waveform_AsFile_IsARecordingOfTheSamples(string path, string format, double rate, int samples)
    {
        using HttpResponseMessage response = await Gateway.SendAsync(HttpMethod.Get, path.Replace("{id}", Gateway.Alarm.ToString(), StringComparison.Ordinal) + $"?format={format}");
        string file = Path.Combine(Path.GetTempPath(), Guid.NewGuid() + "." + format);
        await File.WriteAllBytesAsync(file, await response.Content.ReadAsByteArrayAsync());

        Recording recording = RecordingReader.Read(file);
        File.Delete(file);

        Assert.EndsWith("." + format, response.Content.Headers.ContentDisposition!.FileNameStar, StringComparison.Ordinal);
        Assert.Equal(rate, recording.SampleRateHz ?? 0);
        Assert.Equal(samples, recording.Axes[0].Samples.Length);
        Assert.InRange(recording.Axes[0].Samples.Max(), 0.49f, 1.01f);
    }

    [Fact]
    public async Task Spectrum_OfASine_StandsAtItsFrequency()
    {
        using JsonDocument document = JsonDocument.Parse(await Gateway.Client.GetStringAsync(Pump + "spectrum"));
        JsonElement spectrum = document.RootElement.GetProperty("spectrum");
        float[] values = [.. spectrum.GetProperty("values").EnumerateArray().Select(value => value.GetSingle())];
        int peak = Array.IndexOf(values, values.Max());

        Assert.Equal(50, peak * spectrum.GetProperty("step").GetDouble(), 1.0);
        Assert.Equal(1, values[peak], 0.05f);
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("reconstruction").ValueKind);
    }

    [Fact]
    public async Task Spectrogram_OfASine_IsLoudestAtItsFrequencyAllTheTime()
    {
        using JsonDocument document = JsonDocument.Parse(await Gateway.Client.GetStringAsync(Pump + "spectrogram"));
        double step = document.RootElement.GetProperty("stepHz").GetDouble();
        JsonElement[] columns = [.. document.RootElement.GetProperty("columns").EnumerateArray()];

        Assert.InRange(columns.Length, 8, 128);
        Assert.All(columns, column =>
        {
            float[] values = [.. column.EnumerateArray().Select(value => value.GetSingle())];
            Assert.Equal(50, Array.IndexOf(values, values.Max()) * step, step);
        });
    }

    [Fact]
    public async Task Sensor_WithoutAModel_SaysSoInItsState()
    {
        using (ScoreBatch batch = new Scores().Unscored(WindowStatus.NoModel, "pump", "quiet"))
        {
            await Gateway.Live.WriteAsync(batch, CancellationToken.None);
        }

        using JsonDocument sensor = JsonDocument.Parse(await Gateway.Client.GetStringAsync("/api/v1/sensors/quiet/s/x"));

        Assert.Equal("noModel", sensor.RootElement.GetProperty("state").GetString());
        Assert.StartsWith("no model of Detector:Models fits", sensor.RootElement.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }
}
