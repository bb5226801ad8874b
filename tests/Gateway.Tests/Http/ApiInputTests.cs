using System.Text.Json;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Http;

/// <summary>What the API makes of requests, good and bad.</summary>
public sealed class ApiInputTests : IAsyncLifetime
{
    private TestGateway? _gateway;

    private TestGateway Gateway => _gateway!;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync(withTokens: false);

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    [Theory]
    [InlineData("GET", "/api/v1/history?machine=m&minutes=-1", null, 400, "minutes is -1, expected a number above 0, at most 527040")]
    [InlineData("GET", "/api/v1/history?machine=m&minutes=NaN", null, 400, "minutes is NaN, expected a number above 0, at most 527040")]
    [InlineData("GET", "/api/v1/history?machine=m&minutes=long", null, 400, "minutes is 'long', expected a number")]
    [InlineData("GET", "/api/v1/history?machine=m&step=0", null, 400, "step is 0, expected a number of seconds above 0, at most 31622400")]
    [InlineData("GET", "/api/v1/history", null, 400, "machine is missing, expected the name of a machine")]
    [InlineData("GET", "/api/v1/alarms?limit=0", null, 400, "limit is 0, expected a whole number from 1 to 1000")]
    [InlineData("GET", "/api/v1/alarms?limit=1.5", null, 400, "limit is '1.5', expected a whole number")]
    [InlineData("GET", "/api/v1/alarms?state=loud", null, 400, "state is 'loud', expected normal or ")]
    [InlineData("GET", "/api/v1/alarms?severity=bad", null, 400, "severity is 'bad', expected warning or alarm")]
    [InlineData("GET", "/api/v1/alarms?from=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", null, 400, "from is 2026-01-02T00:00:00.0000000+00:00, expected a time before until (")]
    [InlineData("GET", "/api/v1/alarms?before=00000000-0000-0000-0000-000000000001", null, 400, "before is '00000000-0000-0000-0000-000000000001', expected the id of a transition that is kept")]
    [InlineData("GET", "/api/v1/history?machine=m&from=yesterday", null, 400, "from is 'yesterday', expected a time such as ")]
    [InlineData("GET", "/api/v1/history?machine=m&from=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", null, 400, "from is -1440 minutes before until, expected a time before it")]
    [InlineData("GET", "/api/v1/sensors/fan/s/x/waveform", null, 404, "fan/s/x is unknown: nothing of it was received yet")]
    [InlineData("GET", "/api/v1/alarms/1/evidence", null, 404, "there is nothing at '/api/v1/alarms/1/evidence'")]
    [InlineData("GET", "/nonsense", null, 404, "there is nothing at '/nonsense', expected a path that /api/v1/openapi.json lists")]
    [InlineData("DELETE", "/api/v1/sensors", null, 405, "the method is 'DELETE', expected GET")]
    [InlineData("POST", "/api/v1/machines/m/maintenance/begin", "{", 400, "the body is not the JSON expected: ")]
    [InlineData("POST", "/api/v1/machines/m/maintenance/begin", """{"by":1}""", 400, "the body is not the JSON expected: ")]
    [InlineData("POST", "/api/v1/machines/m/maintenance/begin", "", 400, "")]
    [InlineData("POST", "/api/v1/machines/m/maintenance/begin", """{"by":null}""", 404, "machine 'm' is unknown")]
    public async Task Request_Bad_IsAProblemThatSaysWhatWasExpected(string method, string path, string? body, int status, string detail)
    {
        using HttpResponseMessage response = await Gateway.SendAsync(new HttpMethod(method), path, body);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(status, problem.RootElement.GetProperty("status").GetInt32());
        Assert.StartsWith(detail, problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenApi_Paths_AreThoseThatAreServedAndTested()
    {
        using JsonDocument document = JsonDocument.Parse(await Gateway.Client.GetStringAsync("/api/v1/openapi.json"));
        string[] described = [.. document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}")).Order(StringComparer.Ordinal)];
        string[] served = [.. Gateway.Server.Endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.IExcludeFromDescriptionMetadata>() is null)
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.HttpMethodMetadata>()!.HttpMethods
                .Select(method => $"{method} {endpoint.RoutePattern.RawText!.Replace(":guid", "", StringComparison.Ordinal).Replace(":long", "", StringComparison.Ordinal)}")).Order(StringComparer.Ordinal)];

        Assert.Equal(served, described);
        // Those that need no token are described too; the document itself is not.
        Assert.Equal([.. Endpoints.All.Select(row => row.ToString()).Concat(["GET /healthz", "GET /readyz"]).Order(StringComparer.Ordinal)], described);
    }

    [Fact]
    public async Task OpenApi_Security_IsThatOfTheGate()
    {
        using JsonDocument document = JsonDocument.Parse(await Gateway.Client.GetStringAsync("/api/v1/openapi.json"));
        JsonElement paths = document.RootElement.GetProperty("paths");

        Assert.Equal("bearer", document.RootElement.GetProperty("components").GetProperty("securitySchemes").GetProperty("token").GetProperty("scheme").GetString());
        Assert.False(paths.GetProperty("/healthz").GetProperty("get").TryGetProperty("security", out _));
        foreach (EndpointRow row in Endpoints.All)
        {
            JsonElement operation = paths.GetProperty(row.Template).GetProperty(row.Method.ToLowerInvariant());
            Assert.True(operation.GetProperty("security")[0].TryGetProperty("token", out _), row.ToString());
            Assert.Equal($"Needs the role {row.Role.ToString().ToLowerInvariant()}.", operation.GetProperty("description").GetString());
        }
    }
}
