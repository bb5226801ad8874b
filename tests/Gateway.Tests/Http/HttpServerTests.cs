using System.Net;
using System.Text.Json;
using Thrum.Detector.Alarms;
using Thrum.Detector.Scores;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Doctor;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Http;
using Thrum.Gateway.Live;
using Thrum.Gateway.Telemetry;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Http;

public sealed class HttpServerTests : IAsyncLifetime
{
    private readonly LiveView _live = new(TimeProvider.System);
    private readonly GatewayStatus _status;
    private readonly GatewayMeter _meter = new();
    private PartsServer? _server;
    private string? _fault;

    public HttpServerTests()
    {
        _status = PartsServer.Status(() => _fault);
        _meter.Observe(_status);
    }

    private HttpClient Client => _server!.Client;

    public async ValueTask InitializeAsync() => _server = await PartsServer.StartAsync(new ApiParts { Meter = _meter }, _status, _live);

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _meter.Dispose();
    }

    [Theory]
    [InlineData("/", "text/html", "<title>Thrum</title>")]
    [InlineData("/page.css", "text/css", "body")]
    [InlineData("/page.js", "text/javascript", "session.js")]
    public async Task PageFile_Get_HasTypeAndPolicy(string path, string type, string part)
    {
        using HttpResponseMessage response = await Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Contains(part, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_Html_HasNothingFromElsewhereAndNothingInline()
    {
        string html = await Client.GetStringAsync("/");

        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DoctorPort_GatewayAnswers_IsKnownAndItsReadinessTold()
    {
        var http = new HttpOptions { Port = Client.BaseAddress!.Port };

        (IReadOnlyList<Finding> ready, string? metrics) = await MachineChecks.PortAsync(http, null, TimeProvider.System, CancellationToken.None);
        _fault = "the broker is away";
        (IReadOnlyList<Finding> faulty, _) = await MachineChecks.PortAsync(http, null, TimeProvider.System, CancellationToken.None);

        Assert.Equal([("gateway", Verdict.Ok), ("disk writes", Verdict.Ok)], ready.Select(finding => (finding.Check, finding.Verdict)));
        Assert.Contains("thrum_stage_received_total", metrics, StringComparison.Ordinal);
        Assert.Equal(Verdict.Warn, faulty[0].Verdict);
        Assert.Contains("the broker is away", faulty[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readyz_Fault_Is503WithTheReason()
    {
        using HttpResponseMessage ready = await Client.GetAsync("/readyz");
        _fault = "broker: connecting";
        using HttpResponseMessage notReady = await Client.GetAsync("/readyz");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (ready.StatusCode, notReady.StatusCode));
        using JsonDocument document = JsonDocument.Parse(await notReady.Content.ReadAsStringAsync());
        Assert.Equal("broker: connecting", document.RootElement.GetProperty("reasons")[0].GetString());
    }

    [Fact]
    public async Task Healthz_Get_IsOk() => Assert.Equal("ok\n", await Client.GetStringAsync("/healthz"));

    [Fact]
    public async Task Metrics_Get_IsPrometheusText()
    {
        using HttpResponseMessage response = await Client.GetAsync("/metrics");

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Contains("thrum_stage_received_total{", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Api_AfterAnAlarm_TellsSensorAndTransition()
    {
        using (ScoreBatch batch = new Scores().Transition("pump", AlarmState.Normal, AlarmState.ActiveUnacknowledged, 1_500_000_000))
        {
            await _live.WriteAsync(batch, CancellationToken.None);
        }

        using JsonDocument sensors = JsonDocument.Parse(await Client.GetStringAsync("/api/v1/sensors"));
        using JsonDocument alarms = JsonDocument.Parse(await Client.GetStringAsync("/api/v1/alarms/active"));

        Assert.Equal("activeUnacknowledged", sensors.RootElement[0].GetProperty("state").GetString());
        Assert.Equal("1970-01-01T00:00:01.5+00:00", alarms.RootElement[0].GetProperty("time").GetString());
        Assert.Equal("pump", alarms.RootElement[0].GetProperty("machine").GetString());
    }

    [Fact]
    public async Task Live_Get_StreamsTheStateAtOnce()
    {
        using var reader = new StreamReader(await Client.GetStreamAsync("/api/v1/live"));

        Assert.StartsWith("id: ", await reader.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal("event: state", await reader.ReadLineAsync());
        string data = (await reader.ReadLineAsync())!;
        using JsonDocument document = JsonDocument.Parse(data["data: ".Length..]);
        Assert.Equal(["sensors", "machines", "standing", "alarms", "totals"], document.RootElement.EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public async Task Path_Unknown_Is404()
    {
        using HttpResponseMessage response = await Client.GetAsync("/nonsense");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }
}
