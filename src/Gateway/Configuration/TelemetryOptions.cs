using System.ComponentModel.DataAnnotations;
using Thrum.Detector;

namespace Thrum.Gateway.Configuration;

/// <summary>Where the gateway sends its own metrics; what is asked for at <c>/metrics</c> needs nothing of this.</summary>
internal sealed record TelemetryOptions
{
    public OtlpOptions Otlp { get; init; } = new();
}

/// <summary>Export by the OpenTelemetry protocol, over HTTP with protobuf.</summary>
internal sealed record OtlpOptions : ICrossChecked
{
    /// <summary>Address that metrics are posted to, with its path; empty for no export. What else an exporter may be told comes from the <c>OTEL_EXPORTER_OTLP_*</c> variables.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Time from one export to the next.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(30);

    public IEnumerable<string> Faults()
    {
        if (Endpoint.Length > 0 && !(Uri.TryCreate(Endpoint, UriKind.Absolute, out Uri? uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)))
        {
            yield return $"Endpoint is '{Endpoint}', expected an address such as http://127.0.0.1:4318/v1/metrics";
        }
    }
}
