using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;

namespace Thrum.Gateway.Tests.Support;

/// <summary>Follows the live state of a gateway over a connection of its own, as fast or slowly as it is asked to.</summary>
internal sealed class FeedReader : IDisposable
{
    private readonly HttpClient _client;
    private readonly HttpResponseMessage _response;
    private readonly Stream _body;
    private byte[] _bytes = new byte[256 * 1024];
    private int _count;
    private int _last;

    private FeedReader(HttpClient client, HttpResponseMessage response, Stream body)
    {
        _client = client;
        _response = response;
        _body = body;
    }

    /// <summary>Events read so far that told of something new: one without a write before it tells nothing, and how many come of those is a matter of speed.</summary>
    public int Updates { get; private set; }

    /// <summary>Version of the view that the last one tells.</summary>
    public long Version { get; private set; } = -1;

    /// <summary>Bytes of the last one.</summary>
    public int Length => _last;

    /// <summary>The sensors that the last one tells of; before the next is read.</summary>
    public JsonElement[] Sensors()
    {
        ReadOnlySpan<byte> data = "\ndata: "u8;
        int from = _bytes.AsSpan(0, _last).IndexOf(data) + data.Length;
        using JsonDocument document = JsonDocument.Parse(_bytes.AsMemory(from, _last - from));
        return [.. document.RootElement.GetProperty("sensors").EnumerateArray().Select(sensor => sensor.Clone())];
    }

    /// <summary>Connects; nothing of the body is read before it is asked for, and the socket takes little by itself.</summary>
    public static async Task<FeedReader> OpenAsync(Uri gateway, CancellationToken cancellationToken)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, token) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = 4096 };
                await socket.ConnectAsync(context.DnsEndPoint, token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        var client = new HttpClient(handler) { BaseAddress = gateway };
        HttpResponseMessage response = await client.GetAsync(new Uri("/api/v1/live", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return new FeedReader(client, response.EnsureSuccessStatusCode(), await response.Content.ReadAsStreamAsync(cancellationToken));
    }

    /// <summary>Reads until an event tells a version or a later one.</summary>
    public async Task ReachAsync(long version, CancellationToken cancellationToken)
    {
        while (Version < version)
        {
            // The event before makes room.
            _bytes.AsSpan(_last, _count - _last).CopyTo(_bytes);
            (_count, _last) = (_count - _last, 0);
            int end;
            while ((end = _bytes.AsSpan(0, _count).IndexOf("\n\n"u8)) < 0)
            {
                if (_count == _bytes.Length)
                {
                    Array.Resize(ref _bytes, 2 * _bytes.Length);
                }

                int read = await _body.ReadAsync(_bytes.AsMemory(_count), cancellationToken);
                _count += read > 0 ? read : throw new IOException("the stream ended");
            }

            _last = end + 2;
            long told = VersionOf(_bytes.AsSpan(0, end));
            Updates += told > Version ? 1 : 0;
            Version = told;
        }
    }

    public void Dispose()
    {
        _body.Dispose();
        _response.Dispose();
        _client.Dispose();
    }

    /// <summary>An event begins with <c>id: run.version</c>.</summary>
    private static long VersionOf(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> id = text[..text.IndexOf((byte)'\n')];
        return long.Parse(id[(id.IndexOf((byte)'.') + 1)..], CultureInfo.InvariantCulture);
    }
}
