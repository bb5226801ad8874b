namespace Thrum.Ingest.Recordings;

/// <summary>Bytes of a file as a stream of their own, from front to back: what reads them cannot read on into what follows. The file stays open, and may be read elsewhere in between.</summary>
/// <param name="file">The file, which can be sought in.</param>
/// <param name="at">Where they begin.</param>
/// <param name="length">How many there are.</param>
internal sealed class FileSegment(Stream file, long at, long length) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        file.Position = at + _read;
        int read = file.Read(buffer[..(int)Math.Min(buffer.Length, length - _read)]);
        _read += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
