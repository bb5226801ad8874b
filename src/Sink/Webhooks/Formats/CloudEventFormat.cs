using Thrum.Detector.Alarms;

namespace Thrum.Sink.Webhooks.Formats;

/// <summary>One CloudEvents 1.0 event in structured JSON.</summary>
/// <param name="source">This gateway.</param>
internal sealed class CloudEventFormat(EventSource source) : IWebhookFormat
{
    public string MediaType => CloudEvent.MediaType;

    public byte[] Encode(string id, AlarmTransition transition) => CloudEvent.Encode(id, source, transition);
}
