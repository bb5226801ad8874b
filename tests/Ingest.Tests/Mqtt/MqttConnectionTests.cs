using Thrum.Ingest.Mqtt;

namespace Thrum.Ingest.Tests.Mqtt;

public sealed class MqttConnectionTests
{
    /// <summary>A broker that closes, and a keep-alive, abort connections that may have ended by themselves a moment before.</summary>
    [Fact]
    public async Task Abort_AfterItsEnd_ChangesNothing()
    {
        var connection = new MqttConnection(new MemoryStream(), TimeProvider.System, MqttProtocol.V5, 1024);
        await connection.DisposeAsync();

        connection.Abort("the broker is closing");

        Assert.True(connection.Lifetime.IsCancellationRequested);
    }
}
