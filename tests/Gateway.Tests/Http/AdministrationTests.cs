using System.Net;
using System.Text.Json;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Http.Access;
using Thrum.Gateway.Tests.Support;
using Thrum.Sink.Influx;

namespace Thrum.Gateway.Tests.Http;

/// <summary>What people did, how much they may ask, and what they see of the settings.</summary>
public sealed class AdministrationTests
{
    private const string Begin = "/api/v1/machines/pump/maintenance/begin";

    [Fact]
    public async Task Audit_AfterCommands_HoldsThoseOfPeopleWhoMay()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: true);
        (await gateway.SendAsync(HttpMethod.Post, Begin, "{}", gateway.Token(AccessRole.Operator))).Dispose();
        (await gateway.SendAsync(HttpMethod.Post, Begin, "{}", gateway.Token(AccessRole.Admin))).Dispose();
        (await gateway.SendAsync(HttpMethod.Post, Begin, "{}", gateway.Token(AccessRole.Viewer))).Dispose();
        (await gateway.SendAsync(HttpMethod.Post, Begin, "{}")).Dispose();
        (await gateway.SendAsync(HttpMethod.Get, "/api/v1/audit", token: gateway.Token(AccessRole.Operator))).Dispose();

        using HttpResponseMessage response = await gateway.SendAsync(HttpMethod.Get, "/api/v1/audit?limit=1", token: gateway.Token(AccessRole.Operator));
        string next = response.Headers.GetValues("Link").Single().Split('<', '>')[1];
        using HttpResponseMessage second = await gateway.SendAsync(HttpMethod.Get, next, token: gateway.Token(AccessRole.Operator));
        JsonElement[] entries = [.. await EntriesAsync(response), .. await EntriesAsync(second)];
        using HttpResponseMessage all = await gateway.SendAsync(HttpMethod.Get, "/api/v1/audit", token: gateway.Token(AccessRole.Operator));

        Assert.Equal(2, (await EntriesAsync(all)).Length);
        Assert.Equal(["the-Admin", "the-Operator"], entries.Select(entry => entry.GetProperty("who").GetString()));
        Assert.Equal([409, 200], entries.Select(entry => entry.GetProperty("status").GetInt32()));
        Assert.Contains("BeginMaintenance pump", entries[1].GetProperty("what").GetString(), StringComparison.Ordinal);
        Assert.Equal("operator", entries[1].GetProperty("role").GetString());
    }

    [Fact]
    public async Task Requests_TooMany_AreRefusedPerToken()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens: true, requestsPerSecond: 1);
        var statuses = new List<HttpStatusCode>();
        for (int i = 0; i < 12; i++)
        {
            using HttpResponseMessage response = await gateway.SendAsync(HttpMethod.Get, "/api/v1/sensors", token: gateway.Token(AccessRole.Viewer));
            statuses.Add(response.StatusCode);
            Assert.Equal(response.StatusCode == HttpStatusCode.TooManyRequests, response.Headers.RetryAfter is not null);
        }

        using HttpResponseMessage another = await gateway.SendAsync(HttpMethod.Get, "/api/v1/sensors", token: gateway.Token(AccessRole.Operator));

        Assert.Equal(HttpStatusCode.OK, statuses[0]);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        Assert.Equal(HttpStatusCode.OK, another.StatusCode);
    }

    [Fact]
    public void Settings_Shown_HaveDefaultsAndNoSecret()
    {
        string hash = AccessToken.HashOf("x");
        var options = new ThrumOptions
        {
            Http = new HttpOptions { Tokens = [new HttpTokenOptions { Name = "ann", Hash = hash }] },
            Influx = [new InfluxOptions { Url = "http://ann:geheim77@db.example:8086/", Token = "s3cret-token" }],
        };

        IReadOnlyDictionary<string, string?> settings = SettingsView.Of(options);
        string text = string.Join('\n', settings.Select(setting => $"{setting.Key}={setting.Value}"));

        Assert.Equal("8420", settings["Http:Port"]);
        Assert.Equal("http://db.example:8086", settings["Influx:0:Url"]);
        Assert.Equal("(hidden)", settings["Influx:0:Token"]);
        Assert.DoesNotContain("s3cret-token", text, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim77", text, StringComparison.Ordinal);
        Assert.DoesNotContain(hash, text, StringComparison.Ordinal);
    }

    private static async Task<JsonElement[]> EntriesAsync(HttpResponseMessage response)
    {
        using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return [.. document.RootElement.EnumerateArray().Select(entry => entry.Clone())];
    }
}
