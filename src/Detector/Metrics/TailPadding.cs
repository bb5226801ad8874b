using System.Numerics;
using System.Runtime.CompilerServices;

namespace Thrum.Detector.Metrics;

/// <summary>Reads a window vector by vector; what lies beyond its end reads as 0, which adds nothing to any sum of errors.</summary>
internal static class TailPadding
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Load(ReadOnlySpan<float> values, int at) =>
        values.Length - at >= Vector<float>.Count ? new Vector<float>(values[at..]) : LoadTail(values[at..]);

    private static Vector<float> LoadTail(ReadOnlySpan<float> rest)
    {
        Span<float> padded = stackalloc float[Vector<float>.Count];
        padded.Clear();
        rest.CopyTo(padded);
        return new Vector<float>(padded);
    }
}
