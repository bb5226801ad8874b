using Thrum.Ingest.Mqtt;

namespace Thrum.Ingest.Tests.Mqtt;

public sealed class MqttServerTests
{
    [Theory]
    [InlineData("broker", "broker", 1883)]
    [InlineData(" broker:1884 ", "broker", 1884)]
    [InlineData("10.0.0.1:1", "10.0.0.1", 1)]
    [InlineData("[fe80::1]:8883", "fe80::1", 8883)]
    [InlineData("[fe80::1]", "fe80::1", 1883)]
    [InlineData("fe80::1", "fe80::1", 1883)]
    public void TryParse_Server_IsRead(string text, string host, int port)
    {
        Assert.True(MqttServer.TryParse(text, 1883, out MqttServer server));
        Assert.Equal(new MqttServer(host, port), server);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":1883")]
    [InlineData("broker:")]
    [InlineData("broker:0")]
    [InlineData("broker:65536")]
    [InlineData("mqtt://broker")]
    [InlineData("a b")]
    public void TryParse_NoServer_IsRefused(string text) => Assert.False(MqttServer.TryParse(text, 1883, out _));
}
