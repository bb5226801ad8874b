using System.Threading.Channels;
using Thrum.Detector.Samples;
using Thrum.Ingest.Pipeline;

namespace Thrum.Ingest.Tests.Pipeline;

public sealed class RoomWaiterTests
{
    private readonly SampleBatchPool _pool = new(1, 1);
    private readonly Channel<SampleBatch> _channel = Channel.CreateBounded<SampleBatch>(1);
    private readonly RoomWaiter _waiter = new();

    [Fact]
    public async Task WaitAsync_FullChannel_EndsWhenABatchIsTaken()
    {
        using var stop = new CancellationTokenSource();
        for (int i = 0; i < 3; i++)
        {
            Assert.True(_channel.Writer.TryWrite(_pool.Rent()));
            ValueTask<bool> wait = _waiter.WaitAsync(_channel.Writer, stop.Token);
            Assert.False(wait.IsCompleted);
            Assert.True(_channel.Reader.TryRead(out _));
            Assert.True(await wait.AsTask().InTime());
        }
    }

    [Fact]
    public async Task WaitAsync_ChannelIsCompleted_IsFalse()
    {
        _channel.Writer.TryWrite(_pool.Rent());
        ValueTask<bool> wait = _waiter.WaitAsync(_channel.Writer, CancellationToken.None);
        _channel.Writer.Complete();
        Assert.False(await wait.AsTask().InTime());
        Assert.False(await _waiter.WaitAsync(_channel.Writer, CancellationToken.None));
    }

    [Fact]
    public async Task WaitAsync_ChannelIsCompletedWithAFault_Throws()
    {
        _channel.Writer.TryWrite(_pool.Rent());
        ValueTask<bool> wait = _waiter.WaitAsync(_channel.Writer, CancellationToken.None);
        _channel.Writer.Complete(new InvalidDataException("the shard is gone"));
        ChannelClosedException waited = await Assert.ThrowsAsync<ChannelClosedException>(() => wait.AsTask().InTime());
        ChannelClosedException afterwards = await Assert.ThrowsAsync<ChannelClosedException>(() => _waiter.WaitAsync(_channel.Writer, CancellationToken.None).AsTask().InTime());

        // As an ordinary write says it.
        Exception? written = (await Assert.ThrowsAsync<ChannelClosedException>(() => _channel.Writer.WriteAsync(_pool.Rent(), TestContext.Current.CancellationToken).AsTask())).InnerException;
        Assert.IsType<InvalidDataException>(written);
        Assert.Equal((written, written), (waited.InnerException, afterwards.InnerException));
    }

    [Fact]
    public async Task WaitAsync_Cancelled_EndsAndTheNextWaitIsWhole()
    {
        using var stop = new CancellationTokenSource();
        _channel.Writer.TryWrite(_pool.Rent());
        ValueTask<bool> wait = _waiter.WaitAsync(_channel.Writer, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.AsTask().InTime());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _waiter.WaitAsync(_channel.Writer, stop.Token).AsTask().InTime());

        // The channel now answers the wait that was given up as well.
        ValueTask<bool> next = _waiter.WaitAsync(_channel.Writer, CancellationToken.None);
        Assert.False(next.IsCompleted);
        Assert.True(_channel.Reader.TryRead(out _));
        Assert.True(await next.AsTask().InTime());
    }
}
