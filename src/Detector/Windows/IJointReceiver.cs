namespace Thrum.Detector.Windows;

/// <summary>Receives what a <see cref="JointCutter"/> cuts.</summary>
internal interface IJointReceiver
{
    /// <summary>A full window of all axes; the samples are valid during the call only.</summary>
    /// <param name="samples">[axes × windowSamples], one axis after the other, each oldest first.</param>
    /// <param name="lastSampleUnixNs">Time of the last sample on the first axis's grid.</param>
    void OnWindow(ReadOnlySpan<float> samples, long lastSampleUnixNs);

    /// <summary>An axis ended before the window that was being filled was full.</summary>
    void OnGap(long lastSampleUnixNs);

    /// <summary>The axes of a window lie more than half a sample apart, or one of them comes too long after the others.</summary>
    void OnMisaligned(long lastSampleUnixNs);

    /// <summary>For a window and longer nothing could be cut, because an axis is not there yet. Called at most once.</summary>
    /// <param name="sinceUnixNs">First sample of any axis.</param>
    void OnMissing(long sinceUnixNs);

    /// <summary>Samples of an axis were left out, because the others have none beside them.</summary>
    void OnUnpaired(long count)
    {
    }
}
