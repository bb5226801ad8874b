using System.Buffers;

namespace Thrum.Ingest.Mqtt.Transport;

/// <summary>
/// The receive buffers of one connection. The one given back last, which the processor still has in its cache, is filled next; the
/// shared pool keeps a stock for each thread, and would make new ones as reading moves from thread to thread. What one long message
/// took beyond <see cref="MostFree"/> is not kept. Not thread-safe.
/// </summary>
internal sealed class ReceiveBuffers(int bytes) : MemoryPool<byte>
{
    /// <summary>Messages up to as many buffers go through without a new one, which is 2 MiB of those of a connection.</summary>
    internal const int MostFree = 8;

    private readonly Stack<Block> _free = new();

    public override int MaxBufferSize => bytes;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, bytes);
        return _free.TryPop(out Block? block) ? block : new Block(this);
    }

    protected override void Dispose(bool disposing) => _free.Clear();

    private sealed class Block(ReceiveBuffers pool) : IMemoryOwner<byte>
    {
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(pool.MaxBufferSize);

        public Memory<byte> Memory => _bytes;

        public void Dispose()
        {
            if (pool._free.Count < MostFree)
            {
                pool._free.Push(this);
            }
        }
    }
}
