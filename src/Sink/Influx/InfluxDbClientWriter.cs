using System.Net;
using System.Text;
using InfluxDB.Client;
using InfluxDB.Client.Api.Domain;
using InfluxDB.Client.Core.Exceptions;
using Thrum.Sink.Http;

namespace Thrum.Sink.Influx;

/// <summary>
/// Writes points by the package InfluxDB.Client; compiled with <c>-p:ExternalAdapters=true</c> only. Each body becomes a string on its way, which
/// <see cref="HttpPointWriter"/> spares. What stands in an answer that is no JSON with a <c>message</c> does not come through.
/// </summary>
internal sealed class InfluxDbClientWriter : IPointWriter
{
    /// <summary>The package wants a name; InfluxDB 3 and VictoriaMetrics ignore it.</summary>
    private const string NoOrganisation = "-";

    private readonly InfluxOptions _options;
    private readonly TimeProvider _time;
    private readonly InfluxDBClient _client;
    private readonly WriteApiAsync _write;

    public InfluxDbClientWriter(InfluxOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        InfluxDBClientOptions settings = new(options.Url) { Timeout = options.Timeout, AllowHttpRedirects = false };
        if (options.Token.Length > 0)
        {
            settings.Token = options.Token;
        }

        _client = new InfluxDBClient(settings);
        if (options.Gzip == GzipMode.On || (options.Gzip == GzipMode.Auto && !new Uri(options.Url).IsLoopback))
        {
            _client.EnableGzip();
        }

        _write = _client.GetWriteApiAsync();
    }

    public async ValueTask<HttpReply> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        string organisation = _options.Org.Length > 0 ? _options.Org : NoOrganisation;
        using CancellationTokenSource deadline = new(_options.Timeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await _write.WriteRecordAsync(Encoding.UTF8.GetString(lines.Span), WritePrecision.Ns, _options.Bucket, organisation, either.Token);
            return HttpReply.Accepted;
        }
        catch (HttpException error) when (error.Status > 0)
        {
            TimeSpan? wait = error.RetryAfter is > 0 and int seconds ? TimeSpan.FromSeconds(seconds) : null;
            return HttpReply.Of((HttpStatusCode)error.Status, error.Message, wait);
        }
        catch (Exception error) when (error is HttpException or HttpRequestException or OperationCanceledException)
        {
            // The package tells a cancelled request as a failed one.
            cancellationToken.ThrowIfCancellationRequested();
            return deadline.IsCancellationRequested ? HttpReply.NoAnswer(_options.Timeout) : HttpReply.FromError(error);
        }
    }

    public void Dispose() => _client.Dispose();
}
