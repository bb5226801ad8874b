using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Commands;
using Thrum.Detector.Pipeline;
using Thrum.Gateway.Http;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Http;

public sealed class CommandEndpointsTests : IAsyncLifetime
{
    private readonly DetectorPipeline _pipeline = new(
        new DetectorOptions { Shards = 1 }, [], TimeProvider.System, NullLogger<DetectorPipeline>.Instance);
    private Task _run = Task.CompletedTask;
    private PartsServer? _server;

    public async ValueTask InitializeAsync()
    {
        _server = await PartsServer.StartAsync(new ApiParts { Commands = new OperatorCommands(_pipeline, TimeProvider.System) });
        _run = _pipeline.RunAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _pipeline.Inputs[0].TryComplete();
        await _run;
        _pipeline.Dispose();
    }

    [Theory]
    [InlineData("alarms/pump/s1/x/score/acknowledge", "{}")]
    [InlineData("alarms/pump/s1/x/score/unshelve", "{}")]
    [InlineData("alarms/pump/s1/x/score/reset", """{"by":"ann"}""")]
    [InlineData("alarms/pump/s1/x/score/shelve", """{"minutes":30}""")]
    [InlineData("machines/pump/maintenance/begin", "{}")]
    [InlineData("machines/pump/maintenance/end", "{}")]
    public async Task Post_UnknownMachine_IsAProblemOfStatus404(string path, string body)
    {
        using HttpResponseMessage response = await PostAsync(path, body, "application/json");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        JsonElement problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("machine 'pump' is unknown: nothing of it was received yet", problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"minutes":0}""")]
    [InlineData("""{"minutes":1e8}""")]
    [InlineData("""{"until":"2001-01-01T00:00:00Z"}""")]
    [InlineData("not json")]
    public async Task Shelve_WithoutATimeAhead_IsAProblemOfStatus400(string body)
    {
        using HttpResponseMessage response = await PostAsync("alarms/pump/s1/x/score/shelve", body, "application/json");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Post_WhatAnotherPageCouldSend_IsRefused()
    {
        using HttpResponseMessage response = await PostAsync("machines/pump/maintenance/begin", "{}", "text/plain");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task Post_LongName_IsAProblemOfStatus400()
    {
        using HttpResponseMessage response = await PostAsync(
            "machines/pump/maintenance/begin", JsonSerializer.Serialize(new { by = new string('x', 201) }), "application/json");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private Task<HttpResponseMessage> PostAsync(string path, string body, string type) =>
        _server!.Client.PostAsync(new Uri("/api/v1/" + path, UriKind.Relative), new StringContent(body, Encoding.UTF8, type));
}
