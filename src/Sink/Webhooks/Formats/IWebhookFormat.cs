using Thrum.Detector.Alarms;

namespace Thrum.Sink.Webhooks.Formats;

/// <summary>How a webhook's receiver wants to be told of an alarm transition. Called by one task at a time, but for <see cref="Repeat"/>.</summary>
internal interface IWebhookFormat
{
    /// <summary>Media type of the bodies.</summary>
    string MediaType { get; }

    /// <summary>The body of one request.</summary>
    /// <param name="id">The event's id, unique per destination and transition.</param>
    /// <param name="transition">What happened.</param>
    byte[] Encode(string id, AlarmTransition transition);

    /// <summary>What has to be said again now so that the receiver does not forget it, one body per request; empty when there is nothing. Any task may call it.</summary>
    IReadOnlyList<byte[]> Repeat() => [];
}
