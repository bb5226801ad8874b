using System.Net;
using Thrum.Sink.Http;

namespace Thrum.Sink.Tests.Http;

public sealed class AddressGuardTests
{
    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("100.128.0.1", false)]
    [InlineData("169.254.169.254", true)]
    [InlineData("172.15.0.1", false)]
    [InlineData("172.31.255.255", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("224.0.0.1", true)]
    [InlineData("8.8.8.8", false)]
    [InlineData("::ffff:192.168.0.1", true)]
    [InlineData("::ffff:8.8.8.8", false)]
    [InlineData("fe80::1", true)]
    [InlineData("64:ff9b::10.0.0.1", true)]
    [InlineData("64:ff9b::8.8.8.8", false)]
    [InlineData("2002:c0a8:0001::1", true)]
    [InlineData("2002:0808:0808::1", false)]
    [InlineData("2606:4700::1111", false)]
    public void IsPrivate_Address_IsJudged(string address, bool expected) => Assert.Equal(expected, AddressGuard.IsPrivate(IPAddress.Parse(address)));

    [Fact]
    public async Task Connect_NameOfAPrivateAddress_IsRefused()
    {
        await using WebhookReceiver server = await WebhookReceiver.StartAsync();
        await Assert.ThrowsAsync<PrivateAddressException>(async () =>
            await AddressGuard.ConnectAsync("localhost", new DnsEndPoint("localhost", server.Url.Port), CancellationToken.None));
    }

    [Fact]
    public async Task Connect_ProxyAtAPrivateAddress_IsAllowed()
    {
        await using WebhookReceiver proxy = await WebhookReceiver.StartAsync();
        await using System.IO.Stream stream = await AddressGuard.ConnectAsync(
            "alarms.example.com", new DnsEndPoint("127.0.0.1", proxy.Url.Port), CancellationToken.None);
        Assert.True(stream.CanWrite);
    }
}
