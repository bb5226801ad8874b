using System.Runtime.CompilerServices;

namespace Thrum.TestSupport;

/// <summary>
/// A clock that stands still until a test moves it. Timers fire inside <see cref="Advance"/>, on the caller's thread, in the order
/// of their times. Thread-safe.
/// </summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _sync = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(TimeSpan Due, TaskCompletionSource Reached)> _waiting = [];
    private readonly DateTimeOffset _start;
    private TimeSpan _elapsed;

    public ManualTimeProvider(DateTimeOffset? start = null) => _start = start ?? new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Timers that are set.</summary>
    public int ActiveTimers
    {
        get
        {
            lock (_sync)
            {
                return _timers.Count;
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_sync)
        {
            return _start + _elapsed;
        }
    }

    public override long GetTimestamp()
    {
        lock (_sync)
        {
            // Never 0, which stands for "no timestamp" in places.
            return _elapsed.Ticks + 1;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock, firing every timer that comes due on the way at its own time.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        TimeSpan end;
        lock (_sync)
        {
            end = _elapsed + by;
        }

        while (TakeDue(end) is { } timer)
        {
            timer.Fire();
        }

        lock (_sync)
        {
            _elapsed = end;
        }
    }

    /// <summary>Ends when a timer is set that fires exactly this long from now, so that a test knows that a wait has begun.</summary>
    public Task WaitForTimerAsync(TimeSpan due)
    {
        lock (_sync)
        {
            if (_timers.Any(timer => timer.At - _elapsed == due))
            {
                return Task.CompletedTask;
            }

            TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((due, reached));
            return reached.Task;
        }
    }

    /// <summary>Moves the clock step by step until a condition holds, for waits of which nobody knows how many there are or when each begins.</summary>
    /// <param name="step">How far it moves at a time.</param>
    /// <param name="condition">Asked before each step.</param>
    /// <param name="what">What is waited for.</param>
    public Task AdvanceUntilAsync(TimeSpan step, Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") => Patience.UntilAsync(
        () =>
        {
            if (condition())
            {
                return true;
            }

            Advance(step);
            return false;
        },
        what);

    /// <summary>Moves the clock step by step until a task has ended.</summary>
    public async Task AdvanceUntilAsync(TimeSpan step, Task task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        await AdvanceUntilAsync(step, () => task.IsCompleted, what);
        await task;
    }

    private ManualTimer? TakeDue(TimeSpan end)
    {
        lock (_sync)
        {
            ManualTimer? next = _timers.Where(timer => timer.At <= end).MinBy(timer => timer.At);
            if (next is not null)
            {
                _elapsed = next.At > _elapsed ? next.At : _elapsed;
                _timers.Remove(next);
                if (next.Period > TimeSpan.Zero)
                {
                    next.At += next.Period;
                    _timers.Add(next);
                }
            }

            return next;
        }
    }

    private void Set(ManualTimer timer, TimeSpan due, TimeSpan period)
    {
        lock (_sync)
        {
            _timers.Remove(timer);
            if (due == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            timer.At = _elapsed + due;
            timer.Period = period;
            _timers.Add(timer);
            foreach ((TimeSpan _, TaskCompletionSource reached) in _waiting.Where(wait => wait.Due == due))
            {
                reached.TrySetResult();
            }

            _waiting.RemoveAll(wait => wait.Due == due);
        }
    }

    private void Remove(ManualTimer timer)
    {
        lock (_sync)
        {
            _timers.Remove(timer);
        }
    }

    private sealed class ManualTimer(ManualTimeProvider owner, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan At { get; set; }

        public TimeSpan Period { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            owner.Set(this, dueTime, period);
            return true;
        }

        public void Fire() => callback(state);

        public void Dispose() => owner.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
