using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Ingest.Mqtt;

namespace Thrum.Ingest.Tests.Mqtt;

public sealed class ReconnectPolicyTests
{
    private const int Attempts = 300;

    private static readonly MqttSessionOptions Options = new() { ReconnectDelay = TimeSpan.FromSeconds(1), MaxReconnectDelay = TimeSpan.FromSeconds(30) };

    [Fact]
    public async Task RunAsync_AttemptsThatFail_PauseTwiceAsLongEachTimeUpToTheCap()
    {
        TimeSpan[] pauses = await PausesAsync();
        Assert.Equal(Attempts, pauses.Length);
        Assert.All(pauses.Index(), pause =>
        {
            double full = Math.Min(30, Math.Pow(2, Math.Min(pause.Index, 10)));
            // Timers count whole milliseconds.
            Assert.InRange(pause.Item.TotalSeconds, (full / 2) - 0.001, full);
        });
    }

    [Fact]
    public async Task RunAsync_PausesAtTheCap_DifferByChance()
    {
        TimeSpan[] pauses = [.. (await PausesAsync()).Skip(5)];
        Assert.True(pauses.Distinct().Count() > 250);
        // Even chances: the mean of 295 lies within 22.5 s ± 1.5 s but for one run in 10⁹.
        Assert.InRange(pauses.Average(pause => pause.TotalSeconds), 21, 24);
    }

    [Fact]
    public async Task RunAsync_TwoClients_DoNotPauseAlike() => Assert.NotEqual(await PausesAsync(), await PausesAsync());

    /// <summary>The pauses between attempts that all fail.</summary>
    private static async Task<TimeSpan[]> PausesAsync()
    {
        var time = new ImpatientTime();
        using var stopping = new CancellationTokenSource();
        int attempts = 0;
        var loop = new ConnectionLoop(Options, new SessionState(), () => default, time, NullLogger.Instance);
        await loop.RunAsync(
            new RecordingHandler(),
            async (_, _, _) =>
            {
                if (++attempts > Attempts)
                {
                    await stopping.CancelAsync();
                }

                throw new MqttException("nobody there");
            },
            stopping.Token).InTime();
        return [.. time.Pauses];
    }

    /// <summary>Notes how long each timer is to wait, and fires it at once.</summary>
    private sealed class ImpatientTime : TimeProvider
    {
        public ConcurrentQueue<TimeSpan> Pauses { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                return base.CreateTimer(callback, state, dueTime, period);
            }

            Pauses.Enqueue(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
