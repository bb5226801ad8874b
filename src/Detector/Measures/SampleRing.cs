namespace Thrum.Detector.Measures;

/// <summary>The last samples of an axis. Not thread-safe; its memory is allocated once.</summary>
internal sealed class SampleRing(int capacity)
{
    private readonly float[] _samples = new float[capacity];
    private int _next;

    /// <summary>Samples held, at most the capacity.</summary>
    public int Count { get; private set; }

    /// <summary>Adds samples; the oldest make room.</summary>
    public void Add(ReadOnlySpan<float> samples)
    {
        if (samples.Length > _samples.Length)
        {
            samples = samples[^_samples.Length..];
        }

        int first = Math.Min(samples.Length, _samples.Length - _next);
        samples[..first].CopyTo(_samples.AsSpan(_next));
        samples[first..].CopyTo(_samples);
        _next = (_next + samples.Length) % _samples.Length;
        Count = Math.Min(Count + samples.Length, _samples.Length);
    }

    /// <summary>Copies the samples that end <paramref name="back"/> samples before the newest; false where they are not all held.</summary>
    public bool TryCopy(int back, Span<float> destination)
    {
        if (back < 0 || back + destination.Length > Count)
        {
            return false;
        }

        int start = (_next - back - destination.Length + (2 * _samples.Length)) % _samples.Length;
        int first = Math.Min(destination.Length, _samples.Length - start);
        _samples.AsSpan(start, first).CopyTo(destination);
        _samples.AsSpan(0, destination.Length - first).CopyTo(destination[first..]);
        return true;
    }

    public void Clear() => Count = 0;

    /// <summary>See <see cref="Pipeline.ReadAhead"/>.</summary>
    public int Warm() => Count + BitConverter.SingleToInt32Bits(_samples[_next]);
}
