using System.Net;
using Thrum.Gateway.Http.Access;

namespace Thrum.Gateway.Tests.Http;

public sealed class FailureLimitTests
{
    private readonly ManualTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));

    [Fact]
    public void TryCount_Burst_IsAllowedAndThenOnePerRefill()
    {
        var limit = new FailureLimit(_time);
        IPAddress address = IPAddress.Parse("192.0.2.1");

        int atOnce = Enumerable.Range(0, 50).Count(_ => limit.TryCount(address));
        _time.Advance(FailureLimit.Refill);
        int later = Enumerable.Range(0, 50).Count(_ => limit.TryCount(address));

        Assert.Equal((FailureLimit.Burst, 1), (atOnce, later));
    }

    [Fact]
    public void TryCount_OneNetworkOfIpv6_IsOneClient()
    {
        var limit = new FailureLimit(_time);

        int allowed = Enumerable.Range(1, 50).Count(i => limit.TryCount(IPAddress.Parse($"2001:db8::{i}")));

        Assert.Equal(FailureLimit.Burst, allowed);
        Assert.True(limit.TryCount(IPAddress.Parse("2001:db8:0:1::1")));
    }

    [Fact]
    public void TryCount_ManyAddresses_ShareWhatIsLeft()
    {
        var limit = new FailureLimit(_time);

        int allowed = Enumerable.Range(0, 20_000).Count(i => limit.TryCount(new IPAddress([10, 0, (byte)(i >> 8), (byte)i])));

        Assert.Equal(1024 + FailureLimit.Burst, allowed);
    }
}
