using Microsoft.Extensions.Logging;
using Polly;

namespace Thrum.Ingest.Mqtt;

/// <summary>One connection after the other, until asked to stop: pauses between attempts, what is said of faults, and the grace of a stop.</summary>
internal sealed class ConnectionLoop(MqttSessionOptions options, SessionState state, Func<MqttServer> server, TimeProvider time, ILogger logger)
{
    private string? _saidFault;
    private long _connectedAt;
    private int _status;
    private int _connections;

    /// <summary>Connects and serves until the connection ends, which is an <see cref="MqttException"/>.</summary>
    /// <param name="handler">Who gets the messages.</param>
    /// <param name="stopping">Ends the serving.</param>
    /// <param name="hard">Ends what is under way.</param>
    public delegate Task ConnectAndServe(IMessageHandler handler, CancellationToken stopping, CancellationToken hard);

    public MqttSessionStatus Status => (MqttSessionStatus)Volatile.Read(ref _status);

    /// <summary>Connections made so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Runs until <paramref name="stopping"/>; faults of the network never end it, other exceptions do.</summary>
    public async Task RunAsync(IMessageHandler handler, ConnectAndServe serve, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(handler);
        using var hard = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using CancellationTokenRegistration register = stopping.Register(() => hard.CancelAfter(options.StopGrace));
        ResiliencePipeline pipeline = ReconnectPolicy.Build(options, time);
        Volatile.Write(ref _status, (int)MqttSessionStatus.Connecting);
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                await pipeline.ExecuteAsync(
                    static (run, ct) => run.Self.ServeOnceAsync(run.Handler, run.Serve, ct, run.Hard),
                    (Self: this, Handler: handler, Serve: serve, Hard: hard.Token),
                    stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Asked to stop.
        }
        finally
        {
            Volatile.Write(ref _status, (int)MqttSessionStatus.Stopped);
        }
    }

    /// <summary>A connection stands, and none of its messages has been handed over yet.</summary>
    public void OnConnected(IMessageHandler handler, MqttProtocol protocol, bool sessionPresent)
    {
        _connectedAt = time.GetTimestamp();
        Volatile.Write(ref _status, (int)MqttSessionStatus.Connected);
        int count = Interlocked.Increment(ref _connections);
        Log.MqttConnected(logger, server().Host, server().Port, protocol, sessionPresent);
        handler.OnConnected(new MqttConnected(sessionPresent, protocol, count));
    }

    private async ValueTask ServeOnceAsync(IMessageHandler handler, ConnectAndServe serve, CancellationToken stopping, CancellationToken hard)
    {
        _connectedAt = 0;
        try
        {
            await serve(handler, stopping, hard);
        }
        catch (MqttException e)
        {
            bool wasStable = _connectedAt != 0 && time.GetElapsedTime(_connectedAt) >= options.StableAfter;
            _saidFault = wasStable ? null : _saidFault;
            OnFault(e.Message, handler);
            if (!wasStable)
            {
                throw;
            }
        }
    }

    private void OnFault(string reason, IMessageHandler handler)
    {
        state.LastFault = reason;
        Volatile.Write(ref _status, (int)MqttSessionStatus.Connecting);
        // Once per episode, and again when the reason changes.
        if (_saidFault != reason)
        {
            _saidFault = reason;
            Log.MqttDisconnected(logger, server().Host, server().Port, reason);
        }

        handler.OnDisconnected(reason);
    }
}
