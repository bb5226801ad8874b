using Thrum.Detector.Stages;
using Thrum.Sink.Http;

namespace Thrum.Sink.Tests.Http;

public sealed class PersistentDeliveryTests
{
    private static readonly HttpReply Busy = new(ReplyKind.Transient, "503: busy", null);

    private readonly ManualTimeProvider _time = new();
    private readonly ListLogger<PersistentDeliveryTests> _log = new();
    private readonly StageCounters _counters = new("influx", "point");
    private readonly List<TimeSpan> _attempts = [];
    private HttpReply _reply = Busy;

    [Fact]
    public async Task Send_ServerAwayForLong_OpensTheCircuitAndProbesOncePerLongestDelay()
    {
        PersistentDelivery delivery = Create();
        Task<HttpReply> sending = SendAsync(delivery);
        await AdvanceUntilAsync(() => delivery.Circuit == DeliveryCircuit.Open);
        Assert.Equal("503: busy", delivery.Fault);
        int before = Attempts.Count;
        Assert.InRange(before, 3, 12);

        await AdvanceUntilAsync(() => Attempts.Count >= before + 5);
        TimeSpan[] probes = [.. Attempts.Skip(before)];
        Assert.All(probes.Zip(probes.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(31)));
        Assert.Equal(DeliveryCircuit.Open, delivery.Circuit);

        _reply = HttpReply.Accepted;
        await AdvanceUntilAsync(() => sending.IsCompleted);
        Assert.Equal(ReplyKind.Accepted, (await sending).Kind);
        Assert.Equal((DeliveryCircuit.Closed, null), (delivery.Circuit, delivery.Fault));
        Assert.Equal(Attempts.Count - 1, _counters.Errors);
        Assert.Equal((1, 1), (_log.CountOf(EventIds.OutageBegan), _log.CountOf(EventIds.OutageEnded)));
    }

    [Fact]
    public async Task Send_ShortOutage_DoesNotOpenTheCircuit()
    {
        PersistentDelivery delivery = Create();
        _reply = HttpReply.Accepted;
        await SendAsync(delivery);
        _reply = Busy;
        Task<HttpReply> sending = SendAsync(delivery);
        await AdvanceUntilAsync(() => Attempts.Count >= 4);
        Assert.Equal(DeliveryCircuit.Closed, delivery.Circuit);
        _reply = HttpReply.Accepted;
        await AdvanceUntilAsync(() => sending.IsCompleted);
        Assert.Equal(DeliveryCircuit.Closed, delivery.Circuit);
    }

    [Theory]
    [InlineData(ReplyKind.Refused)]
    [InlineData(ReplyKind.TooLarge)]
    public async Task Send_ServerFindsFaultWithTheContent_IsNoOutage(object kind)
    {
        PersistentDelivery delivery = Create();
        _reply = new HttpReply((ReplyKind)kind, "400", null);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal((ReplyKind)kind, (await SendAsync(delivery)).Kind);
        }

        Assert.Equal((DeliveryCircuit.Closed, 0), (delivery.Circuit, _counters.Errors));
    }

    [Fact]
    public async Task Send_CancelledWhileTheCircuitIsOpen_Ends()
    {
        PersistentDelivery delivery = Create();
        using CancellationTokenSource cancel = new();
        Task<HttpReply> sending = SendAsync(delivery, cancel.Token);
        await AdvanceUntilAsync(() => delivery.Circuit == DeliveryCircuit.Open);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.InTime());
    }

    private List<TimeSpan> Attempts
    {
        get
        {
            lock (_attempts)
            {
                return [.. _attempts];
            }
        }
    }

    private PersistentDelivery Create() => new(
        TimeSpan.FromSeconds(10), new RetryDelays(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30)), _time, _counters, new OutageEpisode("influx", _time, _log));

    private Task<HttpReply> SendAsync(PersistentDelivery delivery, CancellationToken cancellationToken = default) => delivery.SendAsync(AttemptAsync, 0, cancellationToken).AsTask();

    private ValueTask<HttpReply> AttemptAsync(int content, CancellationToken cancellationToken)
    {
        lock (_attempts)
        {
            _attempts.Add(TimeSpan.FromTicks(_time.GetTimestamp()));
        }

        return ValueTask.FromResult(_reply);
    }

    /// <summary>Lets the clock run in small steps whenever a wait is under way, so that each begins where the one before ended.</summary>
    private Task AdvanceUntilAsync(Func<bool> reached) => Patience.UntilAsync(() =>
    {
        while (!reached() && _time.ActiveTimers > 0)
        {
            _time.Advance(TimeSpan.FromSeconds(0.25));
        }

        return reached();
    });
}
