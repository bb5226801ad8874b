using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Thrum.TestSupport;

/// <summary>One request that a <see cref="WebhookReceiver"/> got.</summary>
/// <param name="Path">Path and query.</param>
/// <param name="Headers">By name, whatever the case.</param>
/// <param name="Body">As text, decompressed.</param>
public sealed record ReceivedRequest(string Path, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>What a <see cref="WebhookReceiver"/> answers.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">Body of the answer.</param>
/// <param name="Headers">Headers of the answer.</param>
public sealed record ScriptedReply(int Status, string Body = "", params (string Name, string Value)[] Headers)
{
    /// <summary>204 without content.</summary>
    public static ScriptedReply NoContent { get; } = new(204);
}

/// <summary>
/// An HTTP server on a loopback port that keeps what it gets and answers as a test says: a status, or nothing at all for as long as
/// <see cref="Stalled"/>. It can be taken down and brought up again on the same port.
/// </summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly List<ReceivedRequest> _requests = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];
    private WebApplication? _application;
    private CancellationTokenSource _ending = new();

    private WebhookReceiver(int port) => Url = new Uri($"http://127.0.0.1:{port}/");

    public Uri Url { get; }

    /// <summary>Called for every request; 204 unless the test says otherwise.</summary>
    public Func<ReceivedRequest, ScriptedReply> Respond { get; set; } = static _ => ScriptedReply.NoContent;

    /// <summary>While true, requests are kept and never answered.</summary>
    public bool Stalled { get; set; }

    /// <summary>All requests so far, in the order they came.</summary>
    public IReadOnlyList<ReceivedRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>A receiver that listens.</summary>
    public static async Task<WebhookReceiver> StartAsync()
    {
        WebhookReceiver receiver = new(ServerProcess.FreePort());
        await receiver.UpAsync();
        return receiver;
    }

    /// <summary>A receiver that does not listen yet.</summary>
    public static WebhookReceiver CreateDown() => new(ServerProcess.FreePort());

    public async Task UpAsync()
    {
        _ending = new CancellationTokenSource();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Url.ToString());
        _application = builder.Build();
        _application.Run(HandleAsync);
        await _application.StartAsync();
    }

    public async Task DownAsync()
    {
        if (_application is { } application)
        {
            _application = null;
            await _ending.CancelAsync();
            await application.DisposeAsync();
        }
    }

    /// <summary>Ends when this many requests have come in all.</summary>
    public Task WaitForRequestsAsync(int count)
    {
        lock (_requests)
        {
            if (_requests.Count >= count)
            {
                return Task.CompletedTask;
            }

            TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((count, reached));
            return reached.Task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DownAsync();
        _ending.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        ReceivedRequest request = await ReadAsync(context.Request);
        // As it is when the request comes: a test that waited for the request may say otherwise for those behind it.
        (bool stalls, Func<ReceivedRequest, ScriptedReply> respond) = (Stalled, Respond);
        Keep(request);
        if (stalls)
        {
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _ending.Token);
            await Task.Delay(Timeout.Infinite, either.Token).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            context.Abort();
            return;
        }

        ScriptedReply reply = respond(request);
        context.Response.StatusCode = reply.Status;
        foreach ((string name, string value) in reply.Headers)
        {
            context.Response.Headers[name] = value;
        }

        if (reply.Body.Length > 0)
        {
            await context.Response.WriteAsync(reply.Body);
        }
    }

    private static async Task<ReceivedRequest> ReadAsync(HttpRequest request)
    {
        System.IO.Stream body = request.Headers.ContentEncoding == "gzip" ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
        using StreamReader reader = new(body, Encoding.UTF8);
        string text = await reader.ReadToEndAsync();
        Dictionary<string, string> headers = request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new ReceivedRequest(request.Path + request.QueryString.ToString(), headers, text);
    }

    private void Keep(ReceivedRequest request)
    {
        lock (_requests)
        {
            _requests.Add(request);
            foreach ((int _, TaskCompletionSource reached) in _waiting.Where(wait => wait.Count <= _requests.Count))
            {
                reached.TrySetResult();
            }

            _waiting.RemoveAll(wait => wait.Count <= _requests.Count);
        }
    }
}
