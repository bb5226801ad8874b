using System.Text;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Tests.Mqtt;

public sealed class MqttPublisherTests
{
    private static readonly MqttSessionOptions Options = new()
    {
        ClientId = "test",
        Protocol = MqttProtocolChoice.V5,
        KeepAlive = TimeSpan.Zero,
        ReceiveMaximum = 3,
    };

    [Fact]
    public async Task PublishAsync_WindowFull_WaitsForAcknowledgements()
    {
        (MqttPublisher publisher, ScriptedPeer peer) = await ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            Assert.True(publisher.PublishAsync("v/a", new byte[] { 1 }, MqttQos.AtLeastOnce).AsTask().IsCompletedSuccessfully);
        }

        Task fourth = publisher.PublishAsync("v/a", new byte[] { 4 }, MqttQos.AtLeastOnce).AsTask();
        Task drained = publisher.DrainAsync().AsTask();
        Assert.False(fourth.IsCompleted);
        for (ushort id = 1; id <= 4; id++)
        {
            (PacketType type, byte[] body) = await peer.ReadAsync();
            Assert.Equal(PacketType.Publish, type);
            Assert.Equal(id, body[6]);
            if (id == 3)
            {
                await peer.WriteAsync(buffer =>
                {
                    AckPacket.Write(buffer, PacketType.PubAck, 1);
                    AckPacket.Write(buffer, PacketType.PubAck, 2);
                });
                await fourth.InTime();
            }
        }

        Assert.False(drained.IsCompleted);
        await peer.WriteAsync(buffer =>
        {
            AckPacket.Write(buffer, PacketType.PubAck, 3);
            AckPacket.Write(buffer, PacketType.PubAck, 4);
        });
        await drained.InTime();
        Assert.Equal(0, publisher.Unacknowledged);
        await publisher.DisposeAsync();
        peer.Dispose();
    }

    [Fact]
    public async Task PublishAsync_UserProperties_Arrive()
    {
        (MqttPublisher publisher, ScriptedPeer peer) = await ConnectAsync();
        var properties = new MqttUserProperty[] { new("time", "123"), new("rate", "25600") };
        await publisher.PublishAsync("v/a", new byte[] { 1 }, retain: true, properties: properties);
        (_, byte[] body) = await peer.ReadAsync();
        string rate = ReadProperty(body, "rate");
        Assert.Equal("25600", rate);
        await publisher.DisposeAsync();
        Assert.Equal(PacketType.Disconnect, (await peer.ReadAsync()).Type);
        peer.Dispose();
    }

    [Fact]
    public async Task DrainAsync_BrokerRefusedAMessage_SaysSo()
    {
        (MqttPublisher publisher, ScriptedPeer peer) = await ConnectAsync();
        await publisher.PublishAsync("v/a", new byte[] { 1 }, MqttQos.AtLeastOnce);
        await peer.WriteAsync(buffer => buffer.WriteRaw([0x40, 3, 0, 1, 0x87]));
        MqttException fault = await Assert.ThrowsAsync<MqttException>(() => publisher.DrainAsync().AsTask().InTime());
        Assert.Contains("not authorized", fault.Message, StringComparison.Ordinal);
        await publisher.DisposeAsync();
        peer.Dispose();
    }

    [Fact]
    public async Task PublishAsync_ConnectionLost_FailsWaitersAndLaterCalls()
    {
        (MqttPublisher publisher, ScriptedPeer peer) = await ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            await publisher.PublishAsync("v/a", new byte[] { 1 }, MqttQos.AtLeastOnce);
        }

        Task waiting = publisher.PublishAsync("v/a", new byte[] { 1 }, MqttQos.AtLeastOnce).AsTask();
        Task draining = publisher.DrainAsync().AsTask();
        peer.Dispose();
        await Assert.ThrowsAsync<MqttException>(() => waiting.InTime());
        await Assert.ThrowsAsync<MqttException>(() => draining.InTime());
        await Assert.ThrowsAsync<MqttException>(() => publisher.PublishAsync("v/a", new byte[] { 1 }).AsTask());
        await publisher.DisposeAsync();
    }

    [Theory]
    [InlineData("a/+", MqttQos.AtMostOnce)]
    [InlineData("a", MqttQos.ExactlyOnce)]
    public async Task PublishAsync_NotPublishable_IsRefused(string topic, MqttQos qos)
    {
        (MqttPublisher publisher, ScriptedPeer peer) = await ConnectAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => publisher.PublishAsync(topic, new byte[] { 1 }, qos).AsTask());
        await publisher.DisposeAsync();
        peer.Dispose();
    }

    private static string ReadProperty(byte[] body, string name)
    {
        PublishPacket packet = PublishPacket.Parse(new Frame(0x31, body, body.Length), MqttProtocol.V5);
        Assert.True(new PublishView(packet, packet.Topic, 1).TryGetUserProperty(Encoding.UTF8.GetBytes(name), out ReadOnlySpan<byte> value));
        return Encoding.UTF8.GetString(value);
    }

    private static async Task<(MqttPublisher Publisher, ScriptedPeer Peer)> ConnectAsync()
    {
        var broker = new ScriptedBroker();
        Task<MqttPublisher> connecting = MqttPublisher.ConnectAsync(Options, new ManualTimeProvider(), broker, CancellationToken.None);
        ScriptedPeer peer = await broker.AcceptAsync();
        await peer.ReadConnectAsync();
        await peer.WriteAsync(buffer => new ConnAckPacket().Write(buffer, MqttProtocol.V5));
        return (await connecting.InTime(), peer);
    }
}
