using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Thrum.Detector.Stages;
using Thrum.Sink.Http;
using Thrum.Sink.Store;

namespace Thrum.Sink.Influx;

/// <summary>
/// Delivers bodies one after the other. A body that the server finds fault with is halved until the points at fault stand alone:
/// those are kept as dead letters and counted as dropped, the others are delivered, in their order. A point may reach the server more
/// than once; it then overwrites itself.
/// </summary>
internal sealed partial class InfluxSender : IDisposable
{
    private readonly string _name;
    private readonly StageCounters _counters;
    private readonly ILogger _logger;
    private readonly IPointWriter _writer;
    private readonly RefusedPoints _refusedPoints;
    private readonly Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<HttpReply>> _attempt;
    private readonly Stack<Part> _parts = new();
    private long _refusedInEpisode;

    /// <param name="options">Where points go.</param>
    /// <param name="store">Where those that are refused are kept; null keeps none.</param>
    /// <param name="counters">Where points are counted.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where episodes are told.</param>
    public InfluxSender(InfluxOptions options, LocalStore? store, StageCounters counters, TimeProvider time, ILogger logger)
    {
        _name = options.Id;
        _counters = counters;
        _logger = logger;
        _writer = InfluxClients.CreateWriter(options, time);
        _attempt = _writer.WriteAsync;
        _refusedPoints = new RefusedPoints(options.Id, store, time);
        RetryDelays delays = new(options.RetryDelay, options.MaxRetryDelay);
        Delivery = new PersistentDelivery(options.Timeout, delays, time, counters, new OutageEpisode(options.Id, time, logger), InfluxReply.Judge);
    }

    /// <summary>What attempts come to.</summary>
    public PersistentDelivery Delivery { get; }

    /// <summary>Bytes at the start of the present body that are settled, and the points in them.</summary>
    public (int Bytes, int Points) Settled { get; private set; }

    /// <summary>Returns when every point of the body is delivered or counted as dropped.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; <see cref="Settled"/> says how far it came.</exception>
    public async ValueTask DeliverAsync(ReadOnlyMemory<byte> body, int points, CancellationToken cancellationToken)
    {
        Settled = (0, 0);
        _parts.Clear();
        _parts.Push(new Part(0, body.Length, points));
        try
        {
            if (!await DeliverPartsAsync(body, cancellationToken))
            {
                EndEpisode();
            }
        }
        finally
        {
            await KeepRefusedAsync(cancellationToken);
        }
    }

    public void Dispose() => _writer.Dispose();

    /// <summary>True when points were refused.</summary>
    private async ValueTask<bool> DeliverPartsAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        bool refused = false;
        while (_parts.TryPop(out Part part))
        {
            ReadOnlyMemory<byte> bytes = body.Slice(part.Offset, part.Length);
            HttpReply reply = await Delivery.SendAsync(_attempt, bytes, cancellationToken);
            if (reply.Kind == ReplyKind.Accepted)
            {
                _counters.AddSent(part.Points);
                Settle(part);
            }
            else if (part.Points == 1 || AllRefused(reply, part.Points))
            {
                refused = true;
                Refuse(reply.Words, bytes.Span, part.Points);
                Settle(part);
            }
            else
            {
                (Part first, Part second) = Halve(part, bytes.Span);
                _parts.Push(second);
                _parts.Push(first);
            }
        }

        return refused;
    }

    private async ValueTask KeepRefusedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _refusedPoints.KeepAsync(cancellationToken);
        }
        catch (Exception error) when (error is StoreException or OperationCanceledException)
        {
            _logger.RefusedPointsLost(_name, error.Message);
        }
    }

    private void Settle(Part part) => Settled = (Settled.Bytes + part.Length, Settled.Points + part.Points);

    /// <summary>
    /// InfluxDB says how many points of a write it left out. Where that is all of them there is nothing to search for: points
    /// older than the retention period come in whole bodies.
    /// </summary>
    private static bool AllRefused(HttpReply reply, int points)
    {
        Match match = PartialWrite().Match(reply.Words);
        return match.Success && int.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out int dropped) && dropped == points;
    }

    private void Refuse(string words, ReadOnlySpan<byte> bytes, int points)
    {
        _counters.AddDropped(DropReason.Refused, points);
        _refusedPoints.Add(words, bytes);
        if (_refusedInEpisode == 0)
        {
            int end = bytes.IndexOfAny((byte)' ', (byte)'\n');
            _logger.PointsRefused(_name, words, Encoding.UTF8.GetString(bytes[..Math.Clamp(end, 0, 200)]));
        }

        _refusedInEpisode += points;
    }

    private void EndEpisode()
    {
        if (_refusedInEpisode > 0)
        {
            _logger.RefusalsEnded(_name, _refusedInEpisode);
            _refusedInEpisode = 0;
        }
    }

    private static (Part First, Part Second) Halve(Part part, ReadOnlySpan<byte> bytes)
    {
        int points = part.Points / 2;
        int length = 0;
        for (int i = 0; i < points; i++)
        {
            length += bytes[length..].IndexOf((byte)'\n') + 1;
        }

        return (new Part(part.Offset, length, points), new Part(part.Offset + length, part.Length - length, part.Points - points));
    }

    [GeneratedRegex(@"partial write: .*dropped=(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex PartialWrite();

    private readonly record struct Part(int Offset, int Length, int Points);
}
