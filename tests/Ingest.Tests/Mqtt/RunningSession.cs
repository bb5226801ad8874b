using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Durability;
using Thrum.Ingest.Mqtt;

namespace Thrum.Ingest.Tests.Mqtt;

/// <summary>A session that runs against a real broker and records what it gets.</summary>
internal sealed class RunningSession : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _run;

    private RunningSession(MqttSessionOptions options, RecordingHandler handler, ISubscriptionRecord? record)
    {
        Handler = handler;
        Session = MqttSessions.Create(options, TimeProvider.System, NullLogger<MqttSession>.Instance, record);
        _run = Session.RunAsync(Handler, _stopping.Token);
    }

    public RecordingHandler Handler { get; }

    public IMqttSession Session { get; }

    public static RunningSession Start(MqttSessionOptions options, RecordingHandler? handler = null, ISubscriptionRecord? record = null) =>
        new(options, handler ?? new RecordingHandler(), record);

    /// <summary>A message of its own, seen by the session, proves that the subscription stands.</summary>
    /// <param name="publisher">How to reach the same broker.</param>
    public async Task SubscribedAsync(MqttSessionOptions publisher)
    {
        await Handler.Until(handler => handler.Connects.Count == 1);
        await using (MqttPublisher sender = await MqttPublisher.ConnectAsync(publisher, TimeProvider.System, CancellationToken.None))
        {
            await sender.PublishAsync("v/ready", new byte[4], MqttQos.AtLeastOnce, retain: true);
            await Handler.Until(handler => handler.Messages.Count >= 1);
            Handler.Messages.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _run.InTime();
        _stopping.Dispose();
    }
}
