using System.Buffers;
using Thrum.Ingest.Mqtt.Transport;

namespace Thrum.Ingest.Tests.Mqtt;

public sealed class ReceiveBuffersTests
{
    [Fact]
    public void Rent_AfterReturns_GivesTheLastOneFirst()
    {
        using var buffers = new ReceiveBuffers(1000);
        IMemoryOwner<byte> first = buffers.Rent(), second = buffers.Rent(1000);
        Assert.Equal(1000, first.Memory.Length);
        Assert.NotSame(first, second);
        first.Dispose();
        second.Dispose();
        Assert.Same(second, buffers.Rent());
        Assert.Same(first, buffers.Rent());
        Assert.Throws<ArgumentOutOfRangeException>(() => buffers.Rent(1001));
    }

    [Fact]
    public void Dispose_OfMoreBuffersThanAreKept_LetsTheOthersGo()
    {
        using var buffers = new ReceiveBuffers(1000);
        IMemoryOwner<byte>[] rented = [.. Enumerable.Range(0, 20).Select(_ => buffers.Rent())];
        Array.ForEach(rented, buffer => buffer.Dispose());

        IMemoryOwner<byte>[] again = [.. Enumerable.Range(0, 20).Select(_ => buffers.Rent())];

        Assert.Equal(ReceiveBuffers.MostFree, again.Count(buffer => rented.Contains(buffer)));
    }
}
