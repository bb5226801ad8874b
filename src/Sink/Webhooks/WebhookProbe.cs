using Thrum.Detector.Alarms;
using Thrum.Sink.Http;
using Thrum.Sink.Webhooks.Formats;

namespace Thrum.Sink.Webhooks;

/// <summary>What a receiver said to one request.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Accepted">True when it took it.</param>
/// <param name="Words">What it said otherwise, or why it was not reached.</param>
public sealed record WebhookAnswer(string Id, bool Accepted, string Words);

/// <summary>Sends single events to a webhook, one attempt each, without a queue: for people who try it or want an event again.</summary>
public sealed class WebhookProbe : IDisposable
{
    private readonly WebhookOptions _options;
    private readonly IWebhookFormat _format;
    private readonly WebhookRequests _requests;
    private readonly HttpPoster _http;

    /// <param name="options">Settings without <see cref="WebhookOptions.Faults"/>.</param>
    /// <param name="source">This gateway.</param>
    /// <param name="time">The clock of signatures.</param>
    public WebhookProbe(WebhookOptions options, EventSource source, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _format = options.CreateFormat(source, [], time);
        _requests = new WebhookRequests(options, _format.MediaType, time);
        _http = new HttpPoster(_requests.Url, options.Timeout, time, publicOnly: !options.AllowPrivateAddresses);
    }

    /// <summary>Sends a transition under the id that it always has.</summary>
    public async Task<WebhookAnswer> SendAsync(AlarmTransition transition, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transition);
        string id = CloudEvent.IdOf(_options.Id, transition);
        HttpReply reply = await _http.PostAsync(body => _requests.Create(id, body), _format.Encode(id, transition), cancellationToken);
        return new WebhookAnswer(id, reply.Kind == ReplyKind.Accepted, reply.Words);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
