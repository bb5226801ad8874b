using Thrum.Sink.Http;

namespace Thrum.Sink.Influx;

/// <summary>Makes single attempts to write points to a database; retries, bisecting and the outbox are above it.</summary>
internal interface IPointWriter : IDisposable
{
    /// <summary>Attempts to write lines of line protocol, each ended by a line feed. The bytes stay until the answer is there.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; every other fault is a reply.</exception>
    ValueTask<HttpReply> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken);
}

/// <summary>Thrum's own writer: the body goes to the socket as it was encoded.</summary>
internal sealed class HttpPointWriter : IPointWriter
{
    private readonly HttpPoster _http;
    private readonly Func<ReadOnlyMemory<byte>, HttpRequestMessage> _write;

    public HttpPointWriter(InfluxOptions options, TimeProvider time)
    {
        InfluxRequests requests = new(options);
        _http = new HttpPoster(requests.Url, options.Timeout, time);
        _write = requests.Write;
    }

    public ValueTask<HttpReply> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken) => _http.PostAsync(_write, lines, cancellationToken);

    public void Dispose() => _http.Dispose();
}
