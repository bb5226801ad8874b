using System.Net;
using System.Text;
using System.Text.Json;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Http;

/// <summary>What is written about a model, and where it goes when the model does.</summary>
public sealed class ModelCardTests : IAsyncLifetime
{
    private const string Path = "/api/v1/models/tiny/card";

    private TestGateway? _gateway;

    private TestGateway Gateway => _gateway!;

    private string Card => ModelCardFile.PathOf(Gateway.ModelPath);

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync(withTokens: false);

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    [Fact]
    public async Task Card_BesideTheModel_IsServedAsMarkdownAndAsItIsNow()
    {
        await File.WriteAllTextAsync(Card, "# Müll <script>");

        using HttpResponseMessage response = await Gateway.SendAsync(HttpMethod.Get, Path);

        Assert.Equal("text/markdown; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("# Müll <script>", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Card_None_IsAProblemThatSaysWhereOneIsExpected()
    {
        File.Delete(Card);

        Assert.Equal("model 'tiny' has no card, expected a file 'tiny.md' beside it", await ProblemAsync(Path));
        Assert.Equal("Detector:Models has no file named 'fan'", await ProblemAsync("/api/v1/models/fan/card"));
    }

    [Theory]
    [InlineData(ModelCardFile.MaxBytes, true)]
    [InlineData(ModelCardFile.MaxBytes + 1, false)]
    public async Task Card_OfAnyLength_IsServedUpToTheBound(int length, bool isServed)
    {
        await File.WriteAllBytesAsync(Card, Encoding.ASCII.GetBytes(new string('x', length)));

        using HttpResponseMessage response = await Gateway.SendAsync(HttpMethod.Get, Path);

        Assert.Equal(isServed ? HttpStatusCode.OK : HttpStatusCode.NotFound, response.StatusCode);
        Assert.True(isServed || (await ProblemAsync(Path)).EndsWith($"has more than {ModelCardFile.MaxBytes} bytes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Promote_CardsOfBoth_TheShadowsIsThatOfTheModelAndTheOtherIsKept()
    {
        await File.WriteAllTextAsync(Card, "of the model");
        await File.WriteAllTextAsync(ModelCardFile.PathOf(Gateway.ShadowPath), "of the shadow");

        using HttpResponseMessage promoted = await Gateway.SendAsync(HttpMethod.Post, "/api/v1/models/tiny/promote", "{}");

        Assert.Equal(HttpStatusCode.OK, promoted.StatusCode);
        Assert.Equal("of the shadow", await Gateway.Client.GetStringAsync(Path));
        Assert.Equal("of the model", await File.ReadAllTextAsync(Card + ".before"));
        Assert.False(File.Exists(ModelCardFile.PathOf(Gateway.ShadowPath)));
    }

    [Theory]
    [InlineData("live", false)]
    [InlineData("live", true)]
    [InlineData("shadow", false)]
    [InlineData("shadow", true)]
    public async Task Upload_CardOfTheFileBefore_IsPutAsideUnlessTheSameComesAgain(string role, bool isSame)
    {
        string card = ModelCardFile.PathOf(role == "live" ? Gateway.ModelPath : Gateway.ShadowPath);
        await File.WriteAllTextAsync(card, "of the file before");
        byte[] sent = isSame ? TinyModel.Bytes : [.. TinyModel.Bytes, .. TinyModel.Description];

        using HttpResponseMessage taken = await Gateway.UploadAsync($"/api/v1/models/tiny/upload?as={role}", sent);

        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        Assert.Equal((isSame, !isSame), (File.Exists(card), File.Exists(card + ".before")));
        Assert.Equal("of the file before", await File.ReadAllTextAsync(isSame ? card : card + ".before"));
    }

    private async Task<string> ProblemAsync(string path)
    {
        using HttpResponseMessage response = await Gateway.SendAsync(HttpMethod.Get, path);
        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return problem.RootElement.GetProperty("detail").GetString()!;
    }
}
