using Thrum.Gateway.Cli;
using Thrum.Ingest.Mqtt;

namespace Thrum.Gateway.Tests.Cli;

public sealed class BrokerUriTests
{
    [Theory]
    [InlineData("mqtt://127.0.0.1:1884", "127.0.0.1", 1884, null, null)]
    [InlineData("mqtt://broker", "broker", 1883, null, null)]
    [InlineData("mqtt://u:p%40ss@broker", "broker", 1883, "u", "p@ss")]
    [InlineData("mqtt://u@broker", "broker", 1883, "u", null)]
    public void Parse_Address_IsRead(string text, string host, int port, string? user, string? password)
    {
        var options = BrokerUri.Parse(text);

        Assert.Equal((host, port, user, password), (options.Host, options.Port, options.User, options.Password));
    }

    [Theory]
    [InlineData("mqtts://broker", MqttTransportKind.Tls, 8883, "/mqtt")]
    [InlineData("ws://broker:9001/live", MqttTransportKind.WebSocket, 9001, "/live")]
    [InlineData("wss://broker", MqttTransportKind.WebSocketTls, 443, "/mqtt")]
    public void Parse_Scheme_ChoosesTheTransport(string text, MqttTransportKind transport, int port, string path)
    {
        var options = BrokerUri.Parse(text);

        Assert.Equal((transport, port, path), (options.Transport, options.Port, options.WebSocketPath));
    }

    [Fact]
    public void Parse_CertificateThatIsNotThere_IsToldWithoutThePassword()
    {
        string said = Assert.Throws<UsageException>(() => BrokerUri.Parse("mqtts://u:secret@broker?ca=/no/such.pem")).Message;

        Assert.Contains("/no/such.pem", said, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:1883")]
    [InlineData("http://broker")]
    [InlineData("mqtt://")]
    [InlineData("")]
    public void Parse_NoAddress_IsRefused(string text) =>
        Assert.Contains("expected mqtt://host:port", Assert.Throws<UsageException>(() => BrokerUri.Parse(text)).Message, StringComparison.Ordinal);
}
