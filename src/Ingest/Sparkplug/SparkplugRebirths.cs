using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Thrum.Ingest.Mqtt;

namespace Thrum.Ingest.Sparkplug;

/// <summary>
/// Asks nodes to say their births again (<c>Node Control/Rebirth</c>), a node at most once in <see cref="Interval"/>. The requests leave over a connection that is made for
/// them, because the session only receives, and what fails is asked again by the next message that needs it.
/// </summary>
public sealed class SparkplugRebirths
{
    private const int MaxWaiting = 256;

    private readonly Channel<byte[]> _topics = Channel.CreateBounded<byte[]>(MaxWaiting);
    private readonly MqttSessionOptions _broker;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    private readonly bool _mayAsk;

    /// <summary>Creates it; nothing is connected yet.</summary>
    /// <param name="broker">The broker of the session; the client id gets <c>-rebirth</c> behind it.</param>
    /// <param name="mayAsk">False: no node is asked.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Logger.</param>
    public SparkplugRebirths(MqttSessionOptions broker, bool mayAsk, TimeProvider time, ILogger<SparkplugRebirths> logger)
    {
        ArgumentNullException.ThrowIfNull(broker);
        _broker = broker with { ClientId = broker.ClientId + "-rebirth", CleanStart = true, SessionExpiry = TimeSpan.Zero, Subscriptions = [], Will = null };
        _mayAsk = mayAsk;
        _time = time;
        _logger = logger;
    }

    /// <summary>Least time between two requests to a node.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Sends requests until stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (await _topics.Reader.WaitToReadAsync(stopping).ConfigureAwait(false))
            {
                await SendWaitingAsync(stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // A node that was not asked is asked after the next start.
        }
    }

    /// <summary>Asks a node, unless it was asked shortly before or too many wait. From one thread.</summary>
    internal bool TryAsk(SparkplugNode node)
    {
        long now = _time.GetTimestamp();
        if (!_mayAsk || (node.AskedTimestamp is { } asked && _time.GetElapsedTime(asked, now) < Interval) || !_topics.Writer.TryWrite(node.CommandTopic))
        {
            return false;
        }

        node.AskedTimestamp = now;
        return true;
    }

    private async Task SendWaitingAsync(CancellationToken stopping)
    {
        try
        {
            await using MqttPublisher publisher = await MqttPublisher.ConnectAsync(_broker, _time, stopping).ConfigureAwait(false);
            while (_topics.Reader.TryRead(out byte[]? topic))
            {
                await publisher.PublishAsync(Encoding.UTF8.GetString(topic), RebirthCommand(), MqttQos.AtMostOnce, ct: stopping).ConfigureAwait(false);
            }

            await publisher.DrainAsync(stopping).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MqttException or ArgumentException)
        {
            while (_topics.Reader.TryRead(out _))
            {
                // Asked again a minute later by what still cannot be understood.
            }

            Log.RebirthNotAsked(_logger, e.Message);
        }
    }

    /// <summary>A payload with the time and one metric: the name, the time, the type Boolean and true.</summary>
    internal byte[] RebirthCommand()
    {
        Span<byte> time = stackalloc byte[10];
        time = time[..WriteVarint(time, (ulong)_time.GetUtcNow().ToUnixTimeMilliseconds())];
        byte[] metric = [0x0A, 20, .. "Node Control/Rebirth"u8, 0x18, .. time, 0x20, 11, 0x70, 1];
        return [0x08, .. time, 0x12, (byte)metric.Length, .. metric];
    }

    private static int WriteVarint(Span<byte> bytes, ulong value)
    {
        int length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            bytes[length++] = (byte)(value | 0x80);
        }

        bytes[length++] = (byte)value;
        return length;
    }
}
