using Thrum.Gateway.Cli;

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
    [InlineData("127.0.0.1:1883")]
    [InlineData("http://broker")]
    [InlineData("mqtt://")]
    [InlineData("")]
    public void Parse_NoAddress_IsRefused(string text) =>
        Assert.Contains("expected mqtt://host:port", Assert.Throws<UsageException>(() => BrokerUri.Parse(text)).Message, StringComparison.Ordinal);
}
