using FsCheck;
using FsCheck.Fluent;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Tests.Mqtt;

public sealed class AckQueueTests
{
    [Fact]
    public void Release_InterleavedWithAdds_WritesEveryOneOnceInOrder() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Adds, byte Releases)[]>(), steps =>
        {
            var queue = new AckQueue();
            var buffer = new PacketBuffer();
            ulong added = 0;
            ulong released = 0;
            foreach ((byte adds, byte releases) in steps)
            {
                for (int i = 0; i < adds; i++)
                {
                    added++;
                    queue.Add((ushort)added, MqttQos.AtLeastOnce, added);
                }

                ulong through = Math.Min(added, released + releases);
                Assert.Equal((int)(through - released), queue.Release(through, buffer));
                released = through;
                Assert.Equal((int)(added - released), queue.Count);
            }

            var expected = new PacketBuffer();
            for (ulong id = 1; id <= released; id++)
            {
                AckPacket.Write(expected, PacketType.PubAck, (ushort)id);
            }

            return expected.Written.SequenceEqual(buffer.Written);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Add_MoreThanTheProtocolAllows_IsAFault()
    {
        var queue = new AckQueue();
        for (int id = 1; id <= ushort.MaxValue; id++)
        {
            queue.Add((ushort)id, MqttQos.AtLeastOnce, (ulong)id);
        }

        Assert.Throws<MqttProtocolException>(() => queue.Add(1, MqttQos.AtLeastOnce, 65536));
    }
}
