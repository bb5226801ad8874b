using System.Net;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Http;

/// <summary>A gateway on loopback without tokens.</summary>
public sealed class LocalAccessTests : IAsyncLifetime
{
    private TestGateway? _gateway;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync(withTokens: false);

    public ValueTask DisposeAsync() => _gateway!.DisposeAsync();

    [Theory]
    [MemberData(nameof(Endpoints.Names), MemberType = typeof(Endpoints))]
    public async Task Endpoint_WithoutToken_Answers(string name)
    {
        EndpointRow row = Endpoints.Of(name);
        using HttpResponseMessage response = await _gateway!.SendGoodAsync(row);

        Assert.Equal(row.Status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:1", HttpStatusCode.OK)]
    [InlineData("[::1]", HttpStatusCode.OK)]
    [InlineData("evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1.evil.example", HttpStatusCode.MisdirectedRequest)]
    public async Task Host_ThatSomebodyPointedHere_IsNotServed(string host, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/sensors", UriKind.Relative));
        request.Headers.Host = host;
        using HttpResponseMessage response = await _gateway!.Client.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
    }
}
