namespace Thrum.Training.Data;

/// <summary>Windows of equal length as one matrix [count, window], float32, row after row. Immutable by contract; safe to read from several threads.</summary>
public sealed class WindowSet : IWindowSource
{
    private readonly float[] _values;

    /// <summary>Wraps a matrix; the array is not copied and must not be changed afterwards.</summary>
    /// <param name="values">[count × window] numbers, all finite.</param>
    /// <param name="windowSamples">Length of a window.</param>
    /// <exception cref="ArgumentException">The length is no multiple of the window, or a number is not finite.</exception>
    public WindowSet(float[] values, int windowSamples)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(windowSamples, 1);
        if (values.Length % windowSamples != 0)
        {
            throw new ArgumentException($"{values.Length} values are no whole number of windows of {windowSamples}", nameof(values));
        }

        int bad = Array.FindIndex(values, value => !float.IsFinite(value));
        if (bad >= 0)
        {
            throw new ArgumentException($"the value at index {bad} (window {bad / windowSamples}) is {values[bad]}; expected finite numbers", nameof(values));
        }

        _values = values;
        WindowSamples = windowSamples;
    }

    /// <summary>Length of a window.</summary>
    public int WindowSamples { get; }

    /// <summary>Number of windows.</summary>
    public int Count => _values.Length / WindowSamples;

    /// <summary>The whole matrix, row after row.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>One window.</summary>
    /// <param name="index">0 … <see cref="Count"/> − 1</param>
    public ReadOnlySpan<float> this[int index] => _values.AsSpan(checked(index * WindowSamples), WindowSamples);

    /// <inheritdoc/>
    public void Read(int index, Span<float> window) => this[index].CopyTo(window);

    /// <summary>Some windows of a source, evenly spread; all of them where there are not more.</summary>
    internal static WindowSet Spread(IWindowSource windows, int most)
    {
        int count = Math.Min(most, windows.Count), length = windows.WindowSamples;
        float[] values = new float[count * length];
        for (int i = 0; i < count; i++)
        {
            windows.Read((int)((long)i * windows.Count / count), values.AsSpan(i * length, length));
        }

        return new WindowSet(values, length);
    }
}
