using System.Text;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Http;

/// <summary>Random requests: whatever comes, the gateway neither fails nor forgets to say what was wrong.</summary>
public sealed class ApiFuzzTests
{
    private const int Requests = 2000;

    private static readonly string[] Paths =
    [
        "/", "/healthz", "/readyz", "/metrics", "/api/v1/sensors", "/api/v1/alarms", "/api/v1/alarms/active", "/api/v1/history", "/api/v1/gateway", "/api/v1/models",
        "/api/v1/openapi.json", "/api/v1/machines", "/api/v1/sensors/{}/{}/{}", "/api/v1/sensors/pump/s/x/waveform", "/api/v1/sensors/pump/s/x/spectrum", "/api/v1/sensors/{}/s/x/spectrogram",
        "/api/v1/alarms/{}", "/api/v1/alarms/{}/waveform", "/api/v1/models/{}", "/api/v1/calibration", "/api/v1/storage", "/api/v1/dead-letters", "/api/v1/dead-letters/{}", "/api/v1/audit", "/api/v1/configuration", "/api/v1/alarms/{}/evidence", "/api/v1/alarms/{}/{}/{}/{}/acknowledge", "/api/v1/alarms/{}/{}/{}/{}/shelve",
        "/api/v1/alarms/pump/s/x/baseline-rms/unshelve", "/api/v1/alarms/pump/s/x/baseline-rms/shelve", "/api/v1/machines/{}/maintenance/begin", "/api/v1/machines/pump/maintenance/end", "/api/v1/models/{}/reload", "/api/v1/models/{}/upload", "/api/v1/models/{}/promote", "/api/v1/models/{}/shadow", "/x{}/{}",
    ];

    private static readonly string[] Names = ["machine", "sensor", "axis", "minutes", "step", "state", "limit", "before", "x", "from", "until", "after", "format", "kind", "rule"];

    private static readonly string[] Words =
    [
        "", "pump", "s", "x", "0", "-1", "1e308", "1e-308", "NaN", "Infinity", "99999999999999999999", "normal", "wav", "npy", "null", "true", "%00", "%2F", "%2e%2e", "%ff%fe", "%F0%9F%98%80",
        "'; drop table history; --", "00000000-0000-0000-0000-000000000000", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00-14:00", "{}", "[]", "\"\"", "a,b", "a=b&c",
    ];

    private static readonly string[] Bodies = ["", "{}", "[]", "null", "{", "{\"by\":{{0}}}", "{\"minutes\":{{0}}}", "{\"until\":{{0}}}", "{\"minutes\":{{0}},\"until\":{{0}},\"by\":{{0}}}", "\u0000\u0001", "[[[[[[[["];

    private static readonly string[] Headers = ["Authorization", "Content-Type", "Accept", "If-None-Match", "Range", "Cookie", "X-Forwarded-For", "Origin", "Last-Event-ID"];

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public async Task Request_Random_IsNever500(int seed, bool withTokens)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(withTokens);
        var random = new Random(seed);
        List<string> failed = [];
        for (int i = 0; i < Requests; i++)
        {
            using HttpRequestMessage request = Make(random);
            if (withTokens && random.Next(4) > 0)
            {
                request.Headers.Remove("Authorization");
                request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {gateway.Token(random.Next(2) == 0 ? AccessRole.Operator : AccessRole.Admin)}");
            }

            using HttpResponseMessage response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            int status = (int)response.StatusCode;
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
        Assert.Empty(gateway.Log.Texts(EventIds.RequestFailed));
    }

    private static HttpRequestMessage Make(Random random)
    {
        var path = new StringBuilder();
        string[] pieces = Pick(random, Paths).Split("{}");
        for (int i = 0; i < pieces.Length; i++)
        {
            path.Append(pieces[i]).Append(i < pieces.Length - 1 ? Escaped(random) : "");
        }

        for (int i = random.Next(4); i > 0; i--)
        {
            path.Append(path.ToString().Contains('?', StringComparison.Ordinal) ? '&' : '?').Append(Pick(random, Names)).Append('=').Append(Escaped(random));
        }

        string[] methods = ["GET", "GET", "POST", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "BREW"];
        var request = new HttpRequestMessage(new HttpMethod(Pick(random, methods)), new Uri(path.ToString(), UriKind.Relative));
        if (request.Method == HttpMethod.Post || random.Next(8) == 0)
        {
            string value = Pick(random, Words);
            string body = Pick(random, Bodies).Replace("{{0}}", random.Next(2) == 0 ? value : $"\"{value}\"", StringComparison.Ordinal);
            request.Content = new StringContent(random.Next(20) == 0 ? new string('x', random.Next(60_000)) : body, Encoding.UTF8, random.Next(5) == 0 ? "text/plain" : "application/json");
        }

        for (int i = random.Next(3); i > 0; i--)
        {
            request.Headers.TryAddWithoutValidation(Pick(random, Headers), Pick(random, Words));
        }

        return request;
    }

    private static string Escaped(Random random)
    {
        string word = Pick(random, Words);
        return word.StartsWith('%') ? word : Uri.EscapeDataString(word);
    }

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
