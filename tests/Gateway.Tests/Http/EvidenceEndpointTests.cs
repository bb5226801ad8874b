using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Thrum.Gateway.Http;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Http;

public sealed class EvidenceEndpointTests
{
    [Fact]
    public async Task Get_KnownAndUnknownTransition_GivesEvidenceAnd404()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var store = new OneEvidence();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using WebApplication app = builder.Build();
        EvidenceEndpoint.Map(app, store);
        await app.StartAsync(token);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        using JsonDocument evidence = JsonDocument.Parse(await client.GetStringAsync(new Uri($"/api/v1/alarms/{store.Evidence.TransitionId}/evidence", UriKind.Relative), token));
        using HttpResponseMessage unknown = await client.GetAsync(new Uri($"/api/v1/alarms/{Guid.NewGuid()}/evidence", UriKind.Relative), token);

        JsonElement root = evidence.RootElement;
        Assert.Equal("inner-race", root.GetProperty("diagnosis").GetString());
        Assert.Equal("warning", root.GetProperty("severity").GetString());
        Assert.Equal("BPFI", root.GetProperty("findings")[0].GetProperty("lines")[0].GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("measure").GetProperty("velocityRmsMmS").ValueKind);
        Assert.Equal(2, root.GetProperty("envelope").GetProperty("values").GetArrayLength());
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }
}
