using System.Globalization;
using System.Net.Http.Headers;
using Thrum.Sink.Webhooks.Formats;

namespace Thrum.Sink.Webhooks;

/// <summary>Makes a webhook's requests: address, headers and signature of Standard Webhooks 1.0.</summary>
internal sealed class WebhookRequests
{
    private readonly MediaTypeHeaderValue _mediaType;
    private readonly TimeProvider _time;
    private readonly WebhookSigner? _signer;

    public WebhookRequests(WebhookOptions options, string mediaType, TimeProvider time)
    {
        Uri url = new(options.Url);
        Url = options.Format == WebhookFormat.Alertmanager ? AlertmanagerFormat.AddressOf(url) : url;
        _mediaType = MediaTypeHeaderValue.Parse(mediaType);
        _mediaType.CharSet ??= "utf-8";
        _time = time;
        _signer = options.Keys.Any() ? new WebhookSigner(options.Keys) : null;
    }

    /// <summary>Where they go.</summary>
    public Uri Url { get; }

    /// <summary>A request with the time and the signature of now.</summary>
    public HttpRequestMessage Create(string id, byte[] body)
    {
        HttpRequestMessage request = new(HttpMethod.Post, Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = _mediaType;
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", now.ToString(CultureInfo.InvariantCulture));
        if (_signer is not null)
        {
            request.Headers.Add("webhook-signature", _signer.Sign(id, now, body));
        }

        return request;
    }
}
