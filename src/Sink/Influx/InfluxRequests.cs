using System.IO.Compression;
using System.Net.Http.Headers;

namespace Thrum.Sink.Influx;

/// <summary>Makes write requests.</summary>
internal sealed class InfluxRequests
{
    /// <summary>Below this, compression saves no packet.</summary>
    private const int SmallestToCompress = 1400;

    private readonly InfluxEndpoint _endpoint;
    private readonly bool _gzip;

    public InfluxRequests(InfluxOptions options)
    {
        _endpoint = new InfluxEndpoint(options);
        _gzip = options.Gzip == GzipMode.On || (options.Gzip == GzipMode.Auto && !_endpoint.WriteUrl.IsLoopback);
    }

    public Uri Url => _endpoint.WriteUrl;

    /// <summary>A request that writes the body; the bytes must stay until it is answered.</summary>
    public HttpRequestMessage Write(ReadOnlyMemory<byte> body)
    {
        bool compress = _gzip && body.Length >= SmallestToCompress;
        HttpContent content = compress ? Compress(body) : new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
        HttpRequestMessage request = new(HttpMethod.Post, _endpoint.WriteUrl) { Content = content };
        request.Headers.Authorization = _endpoint.Authorization;
        return request;
    }

    private static ByteArrayContent Compress(ReadOnlyMemory<byte> body)
    {
        using MemoryStream compressed = new(body.Length / 4);
        using (GZipStream gzip = new(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(body.Span);
        }

        ByteArrayContent content = new(compressed.GetBuffer(), 0, (int)compressed.Length);
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }
}
