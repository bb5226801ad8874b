using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Thrum.Ingest.Mqtt.Codec;

/// <summary>
/// Cuts a byte stream into packets. <see cref="FillAsync"/> reads what the socket has; <see cref="TryRead"/> then hands out
/// packet after packet without copying, but for those that lie across two segments of the pipe. A packet longer than
/// <c>maxBodyBytes</c> is handed out with its beginning only, and the rest of it is skipped without being kept.
/// </summary>
internal sealed class FrameSource(PipeReader reader, int maxBodyBytes) : IDisposable
{
    /// <summary>What is kept of an oversized packet: the longest topic (65535), its packet identifier and small properties.</summary>
    internal const int OversizedHeadBytes = 128 * 1024;

    /// <summary>Up to this, the memory for joining a packet is kept for the next: a pool would make it anew on thread after thread.</summary>
    private const int KeptJoinBytes = 256 * 1024;

    private ReadOnlySequence<byte> _buffer;
    private byte[]? _joined;
    private int _offset;
    private long _skip;
    private bool _isHeld;
    private ReadOnlySequence<byte> _lastBuffer;
    private int _lastOffset;
    private long _lastSkip;

    /// <summary>Waits for more bytes. False: the peer has closed the connection.</summary>
    /// <exception cref="OperationCanceledException">The reading was cancelled, by the token or at the pipe.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> FillAsync(CancellationToken ct)
    {
        if (_joined?.Length > KeptJoinBytes)
        {
            ReleaseJoined();
        }

        Settle();
        long kept = _buffer.Length;
        if (_isHeld)
        {
            reader.AdvanceTo(_buffer.Start, _buffer.End);
            _isHeld = false;
        }

        ReadResult result = await reader.ReadAsync(ct);
        _isHeld = true;
        _buffer = result.Buffer;
        if (result.IsCanceled)
        {
            throw new OperationCanceledException();
        }

        if (result.Buffer.Length == kept && result.IsCompleted)
        {
            return false;
        }

        long skipped = Math.Min(_skip, _buffer.Length);
        _skip -= skipped;
        _buffer = _buffer.Slice(skipped);
        return true;
    }

    /// <summary>The next packet that has arrived whole; false: call <see cref="FillAsync"/>.</summary>
    /// <exception cref="MqttProtocolException">The bytes are not MQTT.</exception>
    public bool TryRead(out Frame frame)
    {
        (_lastBuffer, _lastOffset, _lastSkip) = (_buffer, _offset, _skip);
        ReadOnlySpan<byte> span = _buffer.FirstSpan[_offset..];
        if (FrameHeader.TryParse(span, out FrameHeader header)
            && span.Length - header.Size >= header.BodyLength && header.BodyLength <= maxBodyBytes)
        {
            _offset += header.Size + header.BodyLength;
            frame = new Frame(header.First, span.Slice(header.Size, header.BodyLength), header.BodyLength);
            return true;
        }

        return TryReadSlowly(out frame);
    }

    /// <summary>Makes the packet read last the next one again; only once, and before <see cref="FillAsync"/>.</summary>
    public void Unread() => (_buffer, _offset, _skip) = (_lastBuffer, _lastOffset, _lastSkip);

    public void Dispose() => ReleaseJoined();

    private bool TryReadSlowly(out Frame frame)
    {
        frame = default;
        Settle();
        Span<byte> start = stackalloc byte[FrameHeader.MaxSize];
        int has = (int)Math.Min(start.Length, _buffer.Length);
        _buffer.Slice(0, has).CopyTo(start);
        if (!FrameHeader.TryParse(start[..has], out FrameHeader header))
        {
            return false;
        }

        bool isOversized = header.BodyLength > maxBodyBytes;
        int wanted = isOversized ? Math.Min(header.BodyLength - 1, OversizedHeadBytes) : header.BodyLength;
        if (_buffer.Length - header.Size < wanted)
        {
            return false;
        }

        ReadOnlySpan<byte> body = Join(_buffer.Slice(header.Size, wanted));
        _buffer = _buffer.Slice(header.Size + wanted);
        if (isOversized)
        {
            _skip = header.BodyLength - wanted;
            long skipped = Math.Min(_skip, _buffer.Length);
            _skip -= skipped;
            _buffer = _buffer.Slice(skipped);
        }

        frame = new Frame(header.First, body, header.BodyLength);
        return true;
    }

    private ReadOnlySpan<byte> Join(ReadOnlySequence<byte> part)
    {
        if (part.IsSingleSegment)
        {
            return part.FirstSpan;
        }

        int length = (int)part.Length;
        if (_joined is null || _joined.Length < length)
        {
            ReleaseJoined();
            _joined = ArrayPool<byte>.Shared.Rent(length);
        }

        part.CopyTo(_joined);
        return _joined.AsSpan(0, length);
    }

    private void Settle()
    {
        if (_offset > 0)
        {
            _buffer = _buffer.Slice(_offset);
            _offset = 0;
        }
    }

    private void ReleaseJoined()
    {
        if (_joined is not null)
        {
            ArrayPool<byte>.Shared.Return(_joined);
            _joined = null;
        }
    }
}
