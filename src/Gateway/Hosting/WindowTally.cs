using Thrum.Detector.Scores;
using Thrum.Detector.Stages;
using Thrum.Detector.Windows;

namespace Thrum.Gateway.Hosting;

/// <summary>
/// Counts windows by status, and says in the log that a sensor sends samples that are no numbers: at the first such window of an
/// axis's episode. Counts may be read from anywhere.
/// </summary>
internal sealed class WindowTally(TimeProvider time, ILogger<WindowTally> logger) : IScoreDestination
{
    private readonly long[] _windows = new long[Enum.GetValues<WindowStatus>().Length];
    private readonly Episodes<WindowStatus> _episodes = new(time);

    public string Name => "tally";

    /// <summary>Windows so far with a status.</summary>
    public long Of(WindowStatus status) => Volatile.Read(ref _windows[(int)status]);

    public ValueTask WriteAsync(ScoreBatch batch, CancellationToken cancellationToken)
    {
        foreach (ref readonly WindowScore window in batch.Windows)
        {
            Interlocked.Increment(ref _windows[(int)window.Status]);
            if (window.Status == WindowStatus.NonFinite && _episodes.Begins(WindowStatus.NonFinite, (ulong)window.Stream.Slot))
            {
                Log.NonFiniteWindow(logger, window.Stream.Id);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
