using Thrum.Detector.Stages;
using Xunit.Sdk;

namespace Thrum.Detector.Tests.Samples;

public sealed class StageComplianceTests
{
    [Fact]
    public void AssertSettled_EverythingAccountedFor_Passes()
    {
        StageCounters counters = Counted(received: 5, sent: 3, dropped: 2);
        counters.AddError();

        StageCompliance.AssertSettled(counters);
    }

    [Theory]
    [InlineData(5, 3, 1)]
    [InlineData(5, 3, 3)]
    [InlineData(-1, -1, 0)]
    public void AssertSettled_SomethingUnaccountedFor_Fails(long received, long sent, long dropped)
    {
        var fault = Assert.ThrowsAny<XunitException>(() => StageCompliance.AssertSettled(Counted(received, sent, dropped)));
        Assert.Contains($"received {received}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AssertSettled_SomethingStillWaiting_Fails() =>
        Assert.ThrowsAny<XunitException>(() => StageCompliance.AssertSettled(new StageCounters("s", "block", () => 1)));

    private static StageCounters Counted(long received, long sent, long dropped)
    {
        var counters = new StageCounters("s", "block");
        counters.AddReceived(received);
        counters.AddSent(sent);
        counters.AddDropped(DropReason.Late, dropped);
        return counters;
    }
}
