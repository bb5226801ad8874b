using System.Text.Json;
using Thrum.Detector.Alarms;
using Thrum.Detector.Scores;
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
    [InlineData("GET", "/api/v1/alarms?limit=0", null, 400, "limit is 0, expected a whole number from 1 to 200")]
    [InlineData("GET", "/api/v1/alarms?limit=1.5", null, 400, "limit is '1.5', expected a whole number")]
    [InlineData("GET", "/api/v1/alarms?state=loud", null, 400, "state is 'loud', expected normal or ")]
    [InlineData("GET", "/api/v1/alarms?before=00000000-0000-0000-0000-000000000001", null, 400, "before is '00000000-0000-0000-0000-000000000001', expected the id of one of the latest 200")]
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
    public async Task Alarms_FilteredAndPaged_GiveEachOnce()
    {
        var scores = new Scores();
        for (int i = 0; i < 5; i++)
        {
            using ScoreBatch batch = scores.Transition("fan", i % 2 == 0 ? AlarmState.Normal : AlarmState.ActiveUnacknowledged, i % 2 == 0 ? AlarmState.ActiveUnacknowledged : AlarmState.Normal, 2_000_000_000L + (i * 1_000_000_000L));
            await Gateway.Live.WriteAsync(batch, CancellationToken.None);
        }

        List<Guid> seen = [];
        for (string before = ""; seen.Count < 10;)
        {
            using JsonDocument page = JsonDocument.Parse(await Gateway.Client.GetStringAsync(new Uri($"/api/v1/alarms?machine=fan&limit=2{before}", UriKind.Relative)));
            Guid[] ids = [.. page.RootElement.EnumerateArray().Select(alarm => alarm.GetProperty("id").GetGuid())];
            if (ids.Length == 0)
            {
                break;
            }

            seen.AddRange(ids);
            before = $"&before={ids[^1]}";
        }

        using JsonDocument raised = JsonDocument.Parse(await Gateway.Client.GetStringAsync("/api/v1/alarms?state=activeUnacknowledged"));
        Assert.Equal(5, seen.Count);
        Assert.Equal(seen.Distinct(), seen);
        Assert.Equal(4, raised.RootElement.GetArrayLength());
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
                .Select(method => $"{method} {endpoint.RoutePattern.RawText!.Replace(":guid", "", StringComparison.Ordinal)}")).Order(StringComparer.Ordinal)];

        Assert.Equal(served, described);
        // Those that need no token are described too, the document itself is not.
        Assert.Equal(served.Length, Endpoints.Guarded.Count + 2 - 1);
    }
}
