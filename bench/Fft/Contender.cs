using System.Diagnostics;

namespace Thrum.Fft;

/// <summary>One way to transform, timed in short turns so that all contenders meet the same disturbances.</summary>
internal sealed class Contender(string name, int transformsPerCall, Action call)
{
    private const double TurnSeconds = 0.002;
    private readonly List<double> _nanoseconds = [];
    private int _calls = 1;

    public string Name { get; } = name;

    /// <summary>Managed bytes that a call allocates.</summary>
    public long BytesPerCall { get; private set; }

    /// <summary>Nanoseconds per transform, the median turn.</summary>
    public double Median => _nanoseconds.Order().ElementAt(_nanoseconds.Count / 2);

    /// <summary>Nanoseconds per transform, the best turn.</summary>
    public double Best => _nanoseconds.Min();

    /// <summary>Lets the runtime compile the code for good, finds how many calls fill a turn, and counts allocations.</summary>
    public void WarmUp()
    {
        for (int i = 0; i < 8; i++)
        {
            // Optimised code comes from another thread, a while after the last new method was called: let it run.
            Thread.Sleep(150);
            for (int turn = 0; turn < 5; turn++)
            {
                _calls = (int)Math.Clamp(_calls * TurnSeconds / Math.Max(Time(), 1e-7), 1, 10_000_000);
            }
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(100);
        BytesPerCall = (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
    }

    public void Turn() => _nanoseconds.Add(Time() * 1e9 / ((double)_calls * transformsPerCall));

    private double Time()
    {
        long start = Stopwatch.GetTimestamp();
        Repeat(_calls);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private void Repeat(int count)
    {
        for (int i = 0; i < count; i++)
        {
            call();
        }
    }
}
