using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Mqtt;

/// <summary>
/// Sends PINGREQ while nothing else is written, also while the reader is paused, and aborts the connection when a ping stays
/// unanswered for a whole interval. Time spent paused does not count: the answer then lies unread behind the messages.
/// </summary>
internal sealed class KeepAlive(MqttConnection connection, TimeSpan interval, TimeProvider time)
{
    private Task _flush = Task.CompletedTask;
    private bool _isAwaiting;
    private long _pingedAt;

    /// <summary>Runs until the connection ends or <paramref name="ct"/> is cancelled; throws nothing.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        if (interval <= TimeSpan.Zero)
        {
            return;
        }

        // Four looks an interval: a ping leaves at half of it, well within the broker's one and a half.
        using var timer = new PeriodicTimer(interval / 4, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                if (!Look())
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The connection has ended; its owner knows why.
        }
    }

    private bool Look()
    {
        if (_isAwaiting && (connection.IsPaused || connection.LastHeard >= _pingedAt))
        {
            _isAwaiting = false;
        }

        if (_isAwaiting && time.GetElapsedTime(_pingedAt) >= interval)
        {
            connection.Abort(FormattableString.Invariant($"no answer to PINGREQ within {interval.TotalSeconds:0.###} s"));
            return false;
        }

        if (_flush.IsCompleted && (IsQuiet(connection.Outbound.LastWrite) || (!_isAwaiting && IsQuiet(connection.LastHeard))))
        {
            Ping();
        }

        return true;
    }

    private bool IsQuiet(long since) => time.GetElapsedTime(since) >= interval / 2;

    private void Ping()
    {
        lock (connection.Outbound.Gate)
        {
            ControlPacket.WriteEmpty(connection.Outbound.Filling, PacketType.PingReq);
        }

        if (!_isAwaiting)
        {
            _isAwaiting = true;
            _pingedAt = time.GetTimestamp();
        }

        // Not awaited: a peer that no longer reads must not stop this clock.
        _flush = FlushAsync();
    }

    private async Task FlushAsync()
    {
        try
        {
            await connection.FlushAsync();
        }
        catch (MqttException e)
        {
            connection.Abort(e.Message);
        }
    }
}
