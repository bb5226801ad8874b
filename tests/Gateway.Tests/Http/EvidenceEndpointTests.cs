using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Thrum.Detector.Alarms;
using Thrum.Detector.Evidence;
using Thrum.Gateway.Http;

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

    private sealed class OneEvidence : IEvidenceStore
    {
        public AlarmEvidence Evidence { get; } = new()
        {
            TransitionId = Guid.NewGuid(),
            Machine = "m",
            Sensor = "s",
            Axis = "x",
            RuleId = "score",
            Severity = AlarmSeverity.Warning,
            EventTimeUnixNs = 1,
            TakenAtUnixNs = 2,
            Diagnosis = "inner-race",
            Findings = [new("inner-race", 0.9, 4, [new("BPFI", 5.4, 161.7, 0.1, 60)])],
            Measure = new(1, 2, 2, 3, null, null, null, null),
            TopBins = [],
            Window = new(1, []),
            Reconstruction = new(1, []),
            Waveform = new(1, []),
            Spectrum = new(1, []),
            Envelope = new(1, [1, 2]),
        };

        public ValueTask PutAsync(IReadOnlyList<AlarmEvidence> evidence, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<AlarmEvidence?> FindAsync(Guid transitionId, CancellationToken cancellationToken) =>
            ValueTask.FromResult(transitionId == Evidence.TransitionId ? Evidence : null);
    }
}
