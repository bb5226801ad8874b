using Thrum.Detector.Scores;
using Thrum.Detector.Windows;

namespace Thrum.Gateway.Hosting;

/// <summary>
/// Counts windows by status, and says in the log that a sensor sends samples that are no numbers: at the first such window of an
/// episode, which ends when a minute has passed without one. Counts may be read from anywhere.
/// </summary>
internal sealed class WindowTally(TimeProvider time, ILogger<WindowTally> logger) : IScoreDestination
{
    private static readonly TimeSpan QuietTime = TimeSpan.FromMinutes(1);

    private readonly long[] _windows = new long[Enum.GetValues<WindowStatus>().Length];
    private long _lastNonFinite;

    public string Name => "tally";

    /// <summary>Windows so far with a status.</summary>
    public long Of(WindowStatus status) => Volatile.Read(ref _windows[(int)status]);

    public ValueTask WriteAsync(ScoreBatch batch, CancellationToken cancellationToken)
    {
        foreach (ref readonly WindowScore window in batch.Windows)
        {
            Interlocked.Increment(ref _windows[(int)window.Status]);
            if (window.Status == WindowStatus.NonFinite)
            {
                NoteNonFinite(window);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private void NoteNonFinite(in WindowScore window)
    {
        long now = time.GetTimestamp();
        bool begins = _lastNonFinite == 0 || time.GetElapsedTime(_lastNonFinite, now) >= QuietTime;
        _lastNonFinite = now;
        if (begins)
        {
            Log.NonFiniteWindow(logger, window.Stream.Id);
        }
    }
}
