namespace Thrum.Ingest.Replay;

/// <summary>Holds publishing back to a multiple of real time, against the start so that it does not drift.</summary>
/// <param name="speed">How many times faster than real time; infinity never waits.</param>
/// <param name="time">The clock.</param>
internal sealed class Pace(double speed, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>Waits until the recording has got to <paramref name="recordedSeconds"/> from its begin.</summary>
    public async ValueTask WaitAsync(double recordedSeconds, CancellationToken cancellationToken)
    {
        if (double.IsPositiveInfinity(speed))
        {
            return;
        }

        TimeSpan ahead = TimeSpan.FromSeconds(recordedSeconds / speed) - time.GetElapsedTime(_start);
        if (ahead > TimeSpan.FromMilliseconds(1))
        {
            await Task.Delay(ahead, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
