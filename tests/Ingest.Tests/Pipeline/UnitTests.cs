using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Thrum.Detector.Measures;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;
using Thrum.Ingest.Payloads;
using Thrum.Ingest.Pipeline;
using Thrum.Spectral.Units;

namespace Thrum.Ingest.Tests.Pipeline;

/// <summary>The unit that a message says, against the one that is declared.</summary>
public sealed class UnitTests : IDisposable
{
    private readonly Channel<SampleBatch> _shard = Channel.CreateBounded<SampleBatch>(64);
    private readonly ListLogger<SampleIngest> _log = new();
    private readonly SampleIngest _ingest;

    public UnitTests() => _ingest = new SampleIngest(
        new MqttOptions
        {
            Topics =
            [
                new TopicOptions { Template = "v/{machine}", SampleRateHz = 100 },
                new TopicOptions { Template = "si/{machine}", SampleRateHz = 100, Unit = "m/s2" },
                new TopicOptions { Template = "json/{machine}", SampleRateHz = 100, Format = "json" },
            ],
        },
        new StreamRegistry(1), new SampleBatchPool(), [_shard.Writer], new ManualTimeProvider(), _log)
    {
        Units = new DeclaredUnits([new MachineOptions { Match = "pump/*/x", Unit = "g" }, new MachineOptions { Match = "pump/*/y", Unit = "m/s2" }, new MachineOptions { Match = "pump/*", Unit = "g" }]),
    };

    public void Dispose() => _ingest.Dispose();

    [Theory]
    [InlineData("v/pump", null, 9.80665f, 9.80665f)]
    [InlineData("v/pump", "g", 9.80665f, 9.80665f)]
    [InlineData("v/pump", "m/s2", 9.80665f, 1f)]
    [InlineData("v/pump", "m/s²", 9.80665f, 1f)]
    [InlineData("si/pump", null, 9.80665f, 1f)]
    [InlineData("si/pump", "g", 1f, 1f)]
    [InlineData("v/fan", "m/s2", 9.80665f, 9.80665f)]
    public async Task OnPublish_Unit_IsBroughtToTheDeclaredOne(string topic, string? unit, float sent, float expected)
    {
        Offer(topic, [sent, 2 * sent], unit);

        float[] samples = Assert.Single(await FlushAsync());
        Assert.Equal(expected, samples[0], 1e-5);
        Assert.Equal(2 * expected, samples[1], 1e-5);
    }

    [Theory]
    [InlineData("mm/s")]
    [InlineData("furlongs")]
    [InlineData("")]
    public async Task OnPublish_UnitThatCannotBeConverted_IsCounted(string unit)
    {
        Offer("v/pump", [1], unit);

        Assert.Empty(await FlushAsync());
        Assert.Equal(1, _ingest.Counters.DroppedFor(DropReason.BadUnit));
    }

    [Fact]
    public async Task OnPublish_AxesOfDifferentUnits_AreEachInTheirs()
    {
        Messages.Offer(_ingest, "json/pump", """{"axes":{"x":[9.80665],"y":[9.80665]}}"""u8.ToArray(), ("unit", "m/s2"));

        float[][] blocks = await FlushAsync();
        Assert.Equal(1f, blocks[0][0], 1e-6);
        Assert.Equal(9.80665f, blocks[1][0], 1e-6);
    }

    [Fact]
    public void OnPublish_UnitThatNobodyDeclares_IsToldOnce()
    {
        Offer("v/fan", [1], "g");
        Offer("v/fan", [1], "g");

        Assert.Equal((LogLevel.Information, 1023), Assert.Single(_log.Entries.Select(entry => (entry.Level, entry.Event))));
    }

    [Fact]
    public void Unit_OfATopic_IsChecked() =>
        Assert.Contains(new TopicOptions { Template = "v/{machine}", Unit = "G" }.Faults(), fault => fault.StartsWith("Unit is 'G', expected g, m/s2", StringComparison.Ordinal));

    [Fact]
    public void Parse_EverySymbol_IsThatOfTheLibrary() => Assert.All(
        new[] { "g", "m/s2", "m/s²", "m/s^2", "mm/s", "um", "µm", "μm", "m", "" },
        symbol => Assert.Equal(VibrationUnits.Parse(symbol), PayloadUnit.Parse(System.Text.Encoding.UTF8.GetBytes(symbol))));

    private void Offer(string topic, float[] samples, string? unit) =>
        Messages.Offer(_ingest, topic, MemoryMarshal.AsBytes(samples.AsSpan()).ToArray(), unit is null ? [] : [("unit", unit)]);

    private async Task<float[][]> FlushAsync()
    {
        await _ingest.FlushAsync(TestContext.Current.CancellationToken);
        if (!_shard.Reader.TryRead(out SampleBatch? batch))
        {
            return [];
        }

        using (batch)
        {
            return [.. batch.Blocks.ToArray().Select(block => batch.Samples(block).ToArray())];
        }
    }
}
