using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Http;

/// <summary>Random requests: whatever comes, the gateway neither fails nor forgets to say what was wrong.</summary>
public sealed partial class ApiFuzzTests(ITestOutputHelper output)
{
    private const int Requests = 2000;
    private const string OctetStream = "application/octet-stream";

    private static readonly string[] Open = ["/", "/healthz", "/readyz", "/api/v1/openapi.json", "/x{x}/{x}"];

    private static readonly string[] Names = ["machine", "sensor", "axis", "minutes", "step", "state", "limit", "before", "x", "from", "until", "after", "format", "kind", "rule", "severity", "newest", "as"];

    private static readonly string[] Words =
    [
        "", "pump", "s", "x", "tiny", "next", "live", "shadow", "alarm", "baseline-rms", "0", "-1", "1e308", "1e-308", "NaN", "Infinity", "99999999999999999999", "normal", "wav", "npy", "null", "true", "%00", "%2F", "%2e%2e", "%ff%fe", "%F0%9F%98%80",
        "'; drop table history; --", "00000000-0000-0000-0000-000000000000", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00-14:00", "{}", "[]", "\"\"", "a,b", "a=b&c",
    ];

    private static readonly string[] Bodies = ["", "{}", "[]", "null", "{", "{\"by\":{{0}}}", "{\"minutes\":{{0}}}", "{\"until\":{{0}}}", "{\"minutes\":{{0}},\"until\":{{0}},\"by\":{{0}}}", "\u0000\u0001", "[[[[[[[["];

    private static readonly string[] Headers = ["Authorization", "Content-Type", "Accept", "If-None-Match", "Range", "Cookie", "X-Forwarded-For", "Origin", "Last-Event-ID"];

    private static readonly string[] Methods = ["GET", "GET", "POST", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "BREW"];

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public async Task Request_Random_IsNever500(int seed, bool withTokens)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens);
        var random = new Random(seed);
        List<string> failed = [];
        Dictionary<string, int> uploads = [];
        for (int i = 0; i < Requests; i++)
        {
            using HttpRequestMessage request = Make(random, gateway.Alarm);
            if (withTokens && random.Next(4) > 0)
            {
                request.Headers.Remove("Authorization");
                request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {gateway.Token(random.Next(2) == 0 ? AccessRole.Operator : AccessRole.Admin)}");
            }

            using HttpResponseMessage response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            int status = (int)response.StatusCode;
            if (request.Content?.Headers.ContentType?.MediaType == OctetStream)
            {
                uploads[$"{status}"] = uploads.GetValueOrDefault($"{status}") + 1;
            }

            string path = request.RequestUri!.AbsolutePath;

            // Not ready is no failure, and a path with a zero byte is refused by Kestrel itself, without words.
            bool isFailure = status >= 500 && path != "/readyz";
            bool isSilent = status >= 400 && request.Method != HttpMethod.Head && !path.Contains("%00", StringComparison.Ordinal)
                && (await response.Content.ReadAsStringAsync()).Length == 0;
            if (isFailure || isSilent)
            {
                failed.Add($"{request.Method} {request.RequestUri} {status}");
            }
        }

        Assert.Empty(failed);

        // Both the checks of a model and what comes behind them were reached.
        output.WriteLine(string.Join(", ", uploads.Select(count => $"{count.Value} uploads answered {count.Key}")));
        Assert.True(uploads.ContainsKey("200") && uploads.ContainsKey("422"));
        Assert.Empty(gateway.Log.Texts(EventIds.RequestFailed));
    }

    private static HttpRequestMessage Make(Random random, Guid alarm)
    {
        EndpointRow? row = random.Next(10) == 0 ? null : Endpoints.All[random.Next(Endpoints.All.Count)];
        string path = row is null ? Pick(random, Open) : random.Next(2) == 0 ? row.Good.Replace("{id}", alarm.ToString(), StringComparison.Ordinal) : row.Template;
        path = Placeholder().Replace(path, _ => Escaped(random));
        for (int i = random.Next(4); i > 0; i--)
        {
            path += $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Pick(random, Names)}={Escaped(random)}";
        }

        string method = row is not null && random.Next(3) > 0 ? row.Method : Pick(random, Methods);
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        if (method == "POST" || random.Next(8) == 0)
        {
            request.Content = row?.Template == Endpoints.Upload && random.Next(4) > 0 ? Model(random) : Text(random);
        }

        for (int i = random.Next(3); i > 0; i--)
        {
            request.Headers.TryAddWithoutValidation(Pick(random, Headers), Pick(random, Words));
        }

        return request;
    }

    private static StringContent Text(Random random)
    {
        string value = Pick(random, Words);
        string body = Pick(random, Bodies).Replace("{{0}}", random.Next(2) == 0 ? value : $"\"{value}\"", StringComparison.Ordinal);
        string type = random.Next(5) switch { 0 => "text/plain", 1 => OctetStream, _ => "application/json" };
        return new StringContent(random.Next(20) == 0 ? new string('x', random.Next(60_000)) : body, Encoding.UTF8, type);
    }

    /// <summary>A model with a few bits, a piece or its end missing, or none.</summary>
    private static ByteArrayContent Model(Random random)
    {
        byte[] onnx = [.. TinyModel.Bytes];
        switch (random.Next(5))
        {
            case 0:
                break;
            case 1:
                onnx = onnx[..random.Next(onnx.Length)];
                break;
            case 2:
                int from = random.Next(onnx.Length), to = random.Next(from, onnx.Length);
                onnx = [.. onnx[..from], .. onnx[to..]];
                break;
            default:
                for (int i = random.Next(1, 9); i > 0; i--)
                {
                    onnx[random.Next(onnx.Length)] ^= (byte)(1 << random.Next(8));
                }

                break;
        }

        return new ByteArrayContent(onnx) { Headers = { ContentType = new MediaTypeHeaderValue(OctetStream) } };
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();

    private static string Escaped(Random random)
    {
        string word = Pick(random, Words);
        return word.StartsWith('%') ? word : Uri.EscapeDataString(word);
    }

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
