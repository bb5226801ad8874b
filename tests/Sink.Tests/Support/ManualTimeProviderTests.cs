namespace Thrum.Sink.Tests.Support;

public sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Advance_SeveralTimers_FireInOrderAtTheirTimes()
    {
        List<(string Name, DateTimeOffset At)> fired = [];
        DateTimeOffset start = _time.GetUtcNow();
        using ITimer late = _time.CreateTimer(_ => fired.Add(("late", _time.GetUtcNow())), null, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using ITimer periodic = _time.CreateTimer(_ => fired.Add(("periodic", _time.GetUtcNow())), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([("periodic", start.AddSeconds(2)), ("late", start.AddSeconds(3)), ("periodic", start.AddSeconds(4))], fired);
        Assert.Equal(start.AddSeconds(5), _time.GetUtcNow());
        Assert.Equal(1, _time.ActiveTimers);
    }

    [Fact]
    public void Advance_TimerDisposedOrChanged_FiresAsChanged()
    {
        int disposed = 0, changed = 0;
        _time.CreateTimer(_ => disposed++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan).Dispose();
        using ITimer timer = _time.CreateTimer(_ => changed++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        timer.Change(TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal((0, 0), (disposed, changed));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((0, 1), (disposed, changed));
    }

    [Fact]
    public async Task Delay_Advance_EndsThen()
    {
        long start = _time.GetTimestamp();
        Task delay = Task.Delay(TimeSpan.FromSeconds(2), _time, CancellationToken.None);
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(delay.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await delay;
        Assert.Equal(TimeSpan.FromSeconds(2), _time.GetElapsedTime(start));
    }
}
