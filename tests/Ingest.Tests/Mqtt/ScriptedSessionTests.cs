using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Ingest.Mqtt;

namespace Thrum.Ingest.Tests.Mqtt;

/// <summary>Tests of a session whose broker the test plays; the session ends with the test.</summary>
public abstract class ScriptedSessionTests : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _run = Task.CompletedTask;

    private protected ScriptedBroker Broker { get; } = new();

    private protected RecordingHandler Handler { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _run.InTime();
        _stopping.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Asks the session to stop.</summary>
    private protected Task StopAsync() => _stopping.CancelAsync();

    private protected MqttSession Start(MqttSessionOptions options)
    {
        var session = new MqttSession(options, TimeProvider.System, NullLogger<MqttSession>.Instance, Broker);
        _run = session.RunAsync(Handler, _stopping.Token);
        return session;
    }
}
