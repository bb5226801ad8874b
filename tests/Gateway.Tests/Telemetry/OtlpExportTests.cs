using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Stages;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Telemetry;

namespace Thrum.Gateway.Tests.Telemetry;

/// <summary>Metrics to a collector, which is a small HTTP server here.</summary>
public sealed class OtlpExportTests
{
    [Fact]
    public async Task Flush_Collector_GetsTheCountersAsProtobuf()
    {
        await using WebhookReceiver collector = await WebhookReceiver.StartAsync();
        collector.Respond = _ => new ScriptedReply(200);
        var options = new OtlpOptions { Endpoint = new Uri(collector.Url, "v1/metrics").ToString(), Interval = TimeSpan.FromHours(1) };

        using GatewayMeter meter = new();
        meter.Observe(Status());
        using (OtlpExport export = OtlpExport.Start(options, "plant-7")!)
        {
            meter.Delivery.Record(0.005, new KeyValuePair<string, object?>("destination", "the-database"));
            Assert.True(export.Flush(TimeSpan.FromSeconds(10)));
        }

        ReceivedRequest request = collector.Requests[0];
        Assert.Equal("/v1/metrics", request.Path);
        Assert.Equal("application/x-protobuf", request.Headers["Content-Type"]);
        Assert.All(
            (string[])["thrum.stage.received", "thrum.stage.dropped", "badJson", "decode", "thrum.windows", "process.memory.usage", "thrum.delivery", "the-database", "plant-7"],
            name => Assert.Contains(name, request.Body, StringComparison.Ordinal));
    }

    [Fact]
    public void Flush_NoCollector_IsNoFault()
    {
        using GatewayMeter meter = new();
        meter.Observe(Status());
        using OtlpExport export = OtlpExport.Start(new OtlpOptions { Endpoint = "http://127.0.0.1:1/v1/metrics" }, "plant-7")!;

        // It gives up on its own, and nothing is thrown.
        export.Flush(TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public void Start_WithoutAnEndpoint_ExportsNothing() => Assert.Null(OtlpExport.Start(new OtlpOptions(), "x"));

    private static GatewayStatus Status()
    {
        var decode = new StageCounters("decode", "message");
        decode.AddReceived(7);
        decode.AddDropped(DropReason.BadJson);
        return new GatewayStatus([decode], new WindowTally(TimeProvider.System, NullLogger<WindowTally>.Instance), []);
    }
}
