using System.Buffers.Text;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Thrum.Ingest.Mqtt;
using Thrum.Spectral.Units;

namespace Thrum.Ingest.Replay;

/// <summary>
/// Publishes recorded axes as float32 messages stamped with the MQTT 5 user properties <c>time</c> (ns since 1970-01-01 UTC),
/// <c>rate</c> (Hz) and, where it is known, <c>unit</c>; over MQTT 3.1.1 as JSON with time and rate. When the broker goes away it connects again and goes back to the last
/// position that the broker confirmed: receivers tell repeated blocks by their stamps.
/// </summary>
public sealed class RecordingReplayer
{
    // Between confirmations at most this much is sent again after an outage.
    private const int BlocksPerConfirmation = 256;
    private const int MaxReconnects = 60;
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(0.5);

    private readonly MqttSessionOptions _broker;
    private readonly ReplayOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly byte[] _stamp = new byte[20];
    private readonly byte[] _rate = new byte[32];
    private readonly MqttUserProperty[] _properties = new MqttUserProperty[3];

    /// <summary>Creates a replayer; nothing is connected yet.</summary>
    public RecordingReplayer(MqttSessionOptions broker, ReplayOptions options, TimeProvider time, ILogger<RecordingReplayer> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _broker = broker;
        _options = options;
        _time = time;
        _logger = logger;
    }

    /// <summary>Messages handed to the broker so far, repeated ones included.</summary>
    public long Messages { get; private set; }

    /// <summary>True once the broker said that a message reached nobody (MQTT 5, QoS 1).</summary>
    public bool WasUnheard { get; private set; }

    /// <summary>Publishes all axes block by block, in step, and returns when the broker confirmed the last one (QoS 1) or took it (QoS 0).</summary>
    /// <param name="axes">The axes; they may differ in length.</param>
    /// <param name="sampleRateHz">Their sampling rate.</param>
    /// <param name="progress">Told the number of blocks confirmed.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="MqttException">The broker could not be reached at first, or not again.</exception>
    public async Task RunAsync(IReadOnlyList<ReplayAxis> axes, double sampleRateHz, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(axes);
        Utf8Formatter.TryFormat(sampleRateHz, _rate, out int digits);
        _properties[1] = new MqttUserProperty("rate"u8.ToArray(), _rate.AsMemory(0, digits));
        long length = axes.Max(axis => (long)axis.Samples.Length);
        long blocks = _options.Loops * ((length + _options.BlockSamples - 1) / _options.BlockSamples);
        var pace = new Pace(_options.Speed, _time);
        long confirmed = 0;
        int failures = 0;
        bool wasConnected = false;
        while (confirmed < blocks)
        {
            try
            {
                await using MqttPublisher publisher = await MqttPublisher.ConnectAsync(_broker, _time, cancellationToken).ConfigureAwait(false);
                wasConnected = true;
                while (confirmed < blocks)
                {
                    long next = Math.Min(blocks, confirmed + BlocksPerConfirmation);
                    await PublishAsync(publisher, axes, sampleRateHz, confirmed, next, pace, cancellationToken).ConfigureAwait(false);
                    await publisher.DrainAsync(cancellationToken).ConfigureAwait(false);
                    TellUnheard(publisher, axes);
                    confirmed = next;
                    failures = 0;
                    progress?.Report(confirmed);
                }
            }
            catch (MqttException e) when (wasConnected && failures < MaxReconnects)
            {
                failures++;
                if (failures == 1)
                {
                    Log.ReplayInterrupted(_logger, e.Message);
                }

                await Task.Delay(ReconnectDelay, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task PublishAsync(
        MqttPublisher publisher, IReadOnlyList<ReplayAxis> axes, double sampleRateHz, long from, long to, Pace pace, CancellationToken cancellationToken)
    {
        long length = axes.Max(axis => (long)axis.Samples.Length), blocksPerLoop = (length + _options.BlockSamples - 1) / _options.BlockSamples;
        foreach (long block in _options.Faults.Order(from, to))
        {
            (long loop, long blockOfLoop) = Math.DivRem(block, blocksPerLoop);
            long first = blockOfLoop * _options.BlockSamples, before = loop * length;
            await pace.WaitAsync((before + first + _options.BlockSamples) / sampleRateHz, cancellationToken).ConfigureAwait(false);
            await DelayAsync(block, cancellationToken).ConfigureAwait(false);
            foreach (ReplayAxis axis in axes)
            {
                int count = (int)Math.Clamp(axis.Samples.Length - first, 0, _options.BlockSamples);

                // Where a recording has nothing, its sensor sent nothing: receivers see the hole by the stamps.
                if (count > 0 && axis.Samples.AsSpan((int)first, count).ContainsAnyExcept(float.NaN))
                {
                    long time = BlockTime.Of(_options.StartUnixNs, before + first, sampleRateHz);
                    await PublishBlockAsync(publisher, axis, (int)first, count, time, sampleRateHz, cancellationToken).ConfigureAwait(false);
                    Messages++;
                }
            }

            TellUnheard(publisher, axes);
        }
    }

    private async ValueTask DelayAsync(long block, CancellationToken cancellationToken)
    {
        if (_options.Faults.Jitter > TimeSpan.Zero)
        {
            await Task.Delay(_options.Faults.Delay(block), _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private void TellUnheard(MqttPublisher publisher, IReadOnlyList<ReplayAxis> axes)
    {
        if (!WasUnheard && publisher.Unheard > 0)
        {
            WasUnheard = true;
            Log.ReplayUnheard(_logger, string.Join(", ", axes.Select(axis => axis.Topic)));
        }
    }

    private ValueTask PublishBlockAsync(
        MqttPublisher publisher, ReplayAxis axis, int first, int count, long time, double sampleRateHz, CancellationToken cancellationToken)
    {
        var qos = (MqttQos)_options.Qos;
        if (publisher.Protocol != MqttProtocol.V5)
        {
            return publisher.PublishAsync(axis.Topic, JsonBlock.Encode(axis.Samples.AsSpan(first, count), time, sampleRateHz), qos, ct: cancellationToken);
        }

        Utf8Formatter.TryFormat(time, _stamp, out int length);
        _properties[0] = new MqttUserProperty("time"u8.ToArray(), _stamp.AsMemory(0, length));
        _properties[2] = axis.Unit is { } unit ? new MqttUserProperty("unit", VibrationUnits.Symbol(unit)!) : default;
        byte[] payload = MemoryMarshal.AsBytes(axis.Samples.AsSpan(first, count)).ToArray();
        return publisher.PublishAsync(axis.Topic, payload, qos, properties: _properties.AsMemory(0, axis.Unit is null ? 2 : 3), ct: cancellationToken);
    }
}
