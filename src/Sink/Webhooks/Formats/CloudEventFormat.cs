using Thrum.Detector.Alarms;

namespace Thrum.Sink.Webhooks.Formats;

/// <summary>One CloudEvents 1.0 event in structured JSON.</summary>
/// <param name="gateway">Name of this gateway, part of the event's source.</param>
internal sealed class CloudEventFormat(string gateway) : IWebhookFormat
{
    public string MediaType => CloudEvent.MediaType;

    public byte[] Encode(string id, AlarmTransition transition) => CloudEvent.Encode(id, gateway, transition);
}
