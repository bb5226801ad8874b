using System.Reflection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Thrum.Gateway.Configuration;

namespace Thrum.Gateway.Telemetry;

/// <summary>Sends the gateway's metrics by the OpenTelemetry protocol, again and again until it is disposed, when the last are sent. A collector that is away is no fault of the gateway.</summary>
internal sealed class OtlpExport : IDisposable
{
    private readonly MeterProvider _provider;

    private OtlpExport(OtlpOptions options, string name)
    {
        string version = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        _provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(GatewayMeter.Name)
            .ConfigureResource(resource => resource.AddService("thrum", serviceVersion: version, serviceInstanceId: name))
            .AddOtlpExporter((exporter, reader) =>
            {
                exporter.Endpoint = new Uri(options.Endpoint);
                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.Interval.TotalMilliseconds;
            })
            .Build();
    }

    /// <summary>Begins to export what a <see cref="GatewayMeter"/> of this process has; null where no endpoint is configured.</summary>
    /// <param name="options">Where to.</param>
    /// <param name="name">Name of this gateway.</param>
    public static OtlpExport? Start(OtlpOptions options, string name) => options.Endpoint.Length > 0 ? new OtlpExport(options, name) : null;

    /// <summary>Sends what is now; false when the collector did not take it.</summary>
    public bool Flush(TimeSpan within) => _provider.ForceFlush((int)within.TotalMilliseconds);

    public void Dispose() => _provider.Dispose();
}
