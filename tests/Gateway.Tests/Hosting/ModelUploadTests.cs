using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Hosting;

/// <summary>Models that somebody sends to a running gateway.</summary>
public sealed class ModelUploadTests
{
    private const string OctetStream = "application/octet-stream";

    [Fact]
    public async Task Upload_GoodModel_TakesThePlaceOfTheFileAndIsLive()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();
        byte[] sent = [.. await File.ReadAllBytesAsync(gateway.ModelPath), .. TinyModel.Description];
        string before = await RevisionAsync(gateway);

        (int status, JsonElement answer) = await UploadAsync(gateway, "tiny", sent);

        Assert.Equal(200, status);
        Assert.Equal($"model 'tiny' is revision {await RevisionAsync(gateway)} from now on, on 0 axes", answer.GetProperty("message").GetString());
        Assert.NotEqual(before, await RevisionAsync(gateway));
        Assert.Equal(sent, await File.ReadAllBytesAsync(gateway.ModelPath));
        Assert.Single(Directory.GetFiles(gateway.Folder.FullName, "tiny.onnx*"));
    }

    [Theory]
    [InlineData("tiny", "not a model", OctetStream, 422, "expected")]
    [InlineData("tiny", "", OctetStream, 422, "expected an ONNX model")]
    [InlineData("fan", "x", OctetStream, 404, "no file named 'fan'")]
    [InlineData("tiny", "x", "text/plain", 415, "expected application/octet-stream")]
    public async Task Upload_Bad_LeavesTheFileAlone(string name, string content, string type, int expected, string detail)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();
        byte[] before = await File.ReadAllBytesAsync(gateway.ModelPath);

        (int status, JsonElement problem) = await UploadAsync(gateway, name, Encoding.UTF8.GetBytes(content), type);

        Assert.Equal(expected, status);
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(gateway.ModelPath));
    }

    [Fact]
    public async Task Upload_TooLarge_IsRefused()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();

        (int status, JsonElement problem) = await UploadAsync(gateway, "tiny", new byte[ModelUpload.MaxBytes + 1]);

        Assert.Equal(413, status);
        Assert.Equal($"the body is too large, expected at most {ModelUpload.MaxBytes} bytes", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Upload_AsShadow_ScoresBesideTheModelThatStays()
    {
        string shadow = "";
        await using RunningGateway gateway = await RunningGateway.StartAsync(options => options with
        {
            Detector = options.Detector with { Models = [options.Detector.Models[0] with { Shadow = shadow = Path.Combine(Path.GetDirectoryName(options.Detector.Models[0].Path)!, "next.onnx") }] },
        });
        byte[] sent = [.. await File.ReadAllBytesAsync(gateway.ModelPath), .. TinyModel.Description];
        string before = await RevisionAsync(gateway);

        (int status, JsonElement answer) = await UploadAsync(gateway, "tiny", sent, role: "shadow");

        Assert.Equal(200, status);
        Assert.StartsWith("the shadow of model 'tiny' is revision ", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, await RevisionAsync(gateway));
        Assert.Equal(sent, await File.ReadAllBytesAsync(shadow));
        Assert.NotEqual(before, Assert.Single((await gateway.GetAsync("models/tiny/shadow")).EnumerateArray()).GetProperty("shadowRevision").GetString());
    }

    [Theory]
    [InlineData("shadow", 409, "Detector:Models:0:Shadow is empty, expected the path at which a candidate of model 'tiny' is kept")]
    [InlineData("spare", 400, "as is 'spare', expected live or shadow")]
    public async Task Upload_AsWhatThereIsNot_IsRefused(string role, int expected, string detail)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();

        (int status, JsonElement problem) = await UploadAsync(gateway, "tiny", [1], role: role);

        Assert.Equal((expected, detail), (status, problem.GetProperty("detail").GetString()));
    }

    private static async Task<string> RevisionAsync(RunningGateway gateway) => (await gateway.GetAsync("models"))[0].GetProperty("revision").GetString()!;

    private static async Task<(int Status, JsonElement Answer)> UploadAsync(RunningGateway gateway, string name, byte[] content, string type = OctetStream, string role = "live")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/api/v1/models/{name}/upload?as={role}", UriKind.Relative));
        request.Content = new ByteArrayContent(content);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);

        // Asked first, so that a body that is refused is not sent.
        request.Headers.ExpectContinue = true;
        using HttpResponseMessage response = await gateway.Client.SendAsync(request);
        using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return ((int)response.StatusCode, document.RootElement.Clone());
    }
}
