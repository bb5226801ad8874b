using System.Net;
using System.Text.Json;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Http;

/// <summary>Every endpoint with and without the token that it needs.</summary>
public sealed class AccessTests : IAsyncLifetime
{
    private const string Command = "/api/v1/machines/pump/maintenance/begin";

    private TestGateway? _gateway;

    private TestGateway Gateway => _gateway!;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync(withTokens: true);

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    [Theory]
    [MemberData(nameof(Endpoints.Names), MemberType = typeof(Endpoints))]
    public async Task Endpoint_ByToken_AnswersOnlyWhoMay(string name)
    {
        EndpointRow row = Endpoints.Of(name);

        Assert.Equal(401, await StatusAsync(row, row.Good, row.Body, null));
        Assert.Equal(401, await StatusAsync(row, row.Good, row.Body, "thrum_wrong"));
        foreach (AccessRole role in Enum.GetValues<AccessRole>().Where(role => role < row.Role))
        {
            Assert.Equal(403, await StatusAsync(row, row.Good, row.Body, Gateway.Token(role)));
        }

        using HttpResponseMessage response = await Gateway.SendGoodAsync(row, Gateway.Token(row.Role));
        Assert.Equal(row.Status, (int)response.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Endpoints.Names), MemberType = typeof(Endpoints))]
    public async Task Endpoint_BadInput_IsAProblem(string name)
    {
        EndpointRow row = Endpoints.Of(name);

        Assert.Equal(row.Bad is null ? row.Status : row.BadStatus, await StatusAsync(row, row.Bad ?? row.Good, row.Bad is null ? row.Body : row.BadBody, Gateway.Token(AccessRole.Admin)));
    }

    private async Task<int> StatusAsync(EndpointRow row, string path, string? body, string? token)
    {
        using HttpResponseMessage response = await Gateway.SendAsync(
            new HttpMethod(row.Method), path.Replace("{id}", Gateway.Alarm.ToString(), StringComparison.Ordinal), body, token);
        if ((int)response.StatusCode >= 400)
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        }

        return (int)response.StatusCode;
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/session.js")]
    [InlineData("/healthz")]
    public async Task Open_WithoutToken_IsServed(string path)
    {
        using HttpResponseMessage response = await Gateway.SendAsync(HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Readyz_Reasons_AreOnlyForThoseWithAToken()
    {
        using HttpResponseMessage stranger = await Gateway.SendAsync(HttpMethod.Get, "/readyz");
        using HttpResponseMessage viewer = await Gateway.SendAsync(HttpMethod.Get, "/readyz", token: Gateway.Token(AccessRole.Viewer));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, stranger.StatusCode);
        Assert.DoesNotContain("secret", await stranger.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("secret", await viewer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongTokens_Many_AreRefusedButARightOneIsNot()
    {
        var statuses = new List<HttpStatusCode>();
        for (int i = 0; i < 15; i++)
        {
            using HttpResponseMessage response = await Gateway.SendAsync(HttpMethod.Get, "/api/v1/sensors", token: "thrum_guess");
            statuses.Add(response.StatusCode);
        }

        using HttpResponseMessage right = await Gateway.SendAsync(HttpMethod.Get, "/api/v1/sensors", token: Gateway.Token(AccessRole.Viewer));

        Assert.Equal(HttpStatusCode.Unauthorized, statuses[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        Assert.InRange(Gateway.Log.Texts(EventIds.TokenRefused).Length, 10, 12);
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
    }

    [Fact]
    public async Task Command_Every_IsOneLineInTheLog()
    {
        using HttpResponseMessage done = await Gateway.SendAsync(HttpMethod.Post, Command, """{"by":"ann\nforged"}""", Gateway.Token(AccessRole.Operator));
        using HttpResponseMessage forbidden = await Gateway.SendAsync(HttpMethod.Post, Command, "{}", Gateway.Token(AccessRole.Viewer));
        using HttpResponseMessage stranger = await Gateway.SendAsync(HttpMethod.Post, Command, "{}");

        string[] lines = Gateway.Log.Texts(EventIds.Command);
        Assert.Equal(3, lines.Length);
        Assert.Contains("by 'the-Operator (ann\uFFFDforged)': Applied", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("answered 200", lines[0], StringComparison.Ordinal);
        Assert.Contains("'the-Viewer'", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("answered 403", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("Command by nobody known", lines[2], StringComparison.Ordinal);
        Assert.All(Gateway.Log.Logger.Entries, entry => Assert.DoesNotContain(Gateway.Token(AccessRole.Operator), entry.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Forbidden_Problem_SaysRoleAndExpectation()
    {
        using HttpResponseMessage response = await Gateway.SendAsync(HttpMethod.Post, Command, "{}", Gateway.Token(AccessRole.Viewer));

        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("the token 'the-Viewer' has the role viewer, expected operator", problem.RootElement.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("/", null)]
    [InlineData("/nonsense", null)]
    [InlineData("/api/v1/sensors", null)]
    [InlineData("/metrics", "wrong")]
    public async Task Answer_Any_HasTheStrictHeaders(string path, string? token)
    {
        using HttpResponseMessage response = await Gateway.SendAsync(HttpMethod.Get, path, token: token);

        string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("DENY", Assert.Single(response.Headers.GetValues("X-Frame-Options")));
    }

    [Fact]
    public async Task Command_TooLarge_Is413()
    {
        string body = $$"""{"by":"{{new string('x', 70_000)}}"}""";
        using HttpResponseMessage response = await Gateway.SendAsync(HttpMethod.Post, Command, body, Gateway.Token(AccessRole.Operator));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }
}
