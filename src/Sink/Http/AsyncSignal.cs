using System.Threading.Channels;

namespace Thrum.Sink.Http;

/// <summary>Wakes one waiting task; a signal given while nobody waits is kept, several are one.</summary>
internal sealed class AsyncSignal
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(1);

    public void Set() => _channel.Writer.TryWrite(true);

    public async ValueTask WaitAsync(CancellationToken cancellationToken) => await _channel.Reader.ReadAsync(cancellationToken);
}
