using Thrum.Detector.Stages;
using Xunit;

namespace Thrum.TestSupport;

/// <summary>What every stage owes once it has stopped: nothing it received is unaccounted for.</summary>
public static class StageCompliance
{
    /// <summary>Fails with the stage's counters unless received = sent + dropped, no counter is negative and nothing waits before the stage.</summary>
    public static void AssertSettled(StageCounters counters)
    {
        string dropped = string.Join(", ", Enum.GetValues<DropReason>()
            .Where(reason => counters.DroppedFor(reason) != 0).Select(reason => $"{reason.ToWireName()} {counters.DroppedFor(reason)}"));
        string all = $"stage {counters.Stage}: received {counters.Received}, sent {counters.Sent}, dropped {counters.Dropped} ({dropped}), "
            + $"errors {counters.Errors}, waiting {counters.QueueLength}";
        bool isNegative = counters.Received < 0 || counters.Sent < 0 || counters.Errors < 0
            || Enum.GetValues<DropReason>().Any(reason => counters.DroppedFor(reason) < 0);
        Assert.False(isNegative, $"{all}; expected no negative counter");
        Assert.True(counters.Received == counters.Sent + counters.Dropped, $"{all}; expected received = sent + dropped");
        Assert.True(counters.QueueLength == 0, $"{all}; expected nothing to wait");
    }
}
