using System.Globalization;

namespace Thrum.Ingest.Recordings;

/// <summary>The seventh line of a function's header: how many numbers of which kind at which steps.</summary>
/// <param name="IsDouble">Whether values are of double precision.</param>
/// <param name="IsComplex">Whether each value is a pair.</param>
/// <param name="Points">How many values.</param>
/// <param name="IsEven">Whether they stand alone; else each stands behind its time.</param>
/// <param name="Step">Time between them, seconds, where they stand alone.</param>
internal sealed record UffLayout(bool IsDouble, bool IsComplex, int Points, bool IsEven, double Step)
{
    private const int MostSamples = int.MaxValue;
    private const int SingleColumns = 13;
    private const int DoubleColumns = 20;

    /// <summary>Numbers of a function that is real.</summary>
    public long Numbers => IsEven ? Points : 2L * Points;

    /// <summary>How a binary file stores each of them.</summary>
    public SampleKind Kind => IsDouble ? SampleKind.Float64 : SampleKind.Float32;

    /// <exception cref="RecordingException">The line says nothing of the kind.</exception>
    public static UffLayout Read(RecordingSource source, ReadOnlySpan<byte> line)
    {
        (double? type, double? points, double? even) = (UffLines.Number(line, 0, 10), UffLines.Number(line, 10, 10), UffLines.Number(line, 20, 10));
        return type is 2 or 4 or 5 or 6 && points is >= 1 and <= MostSamples && even is 0 or 1
            ? new UffLayout(type is 4 or 6, type is 5 or 6, (int)points, even == 1, UffLines.Number(line, 43, 13) ?? 0)
            : throw source.Fault($"a type 2, 4, 5 or 6, 1 to {MostSamples} points and spacing 0 or 1", $"'{UffLines.Text(line, 0, 80)}'");
    }

    /// <summary>Columns of a number of the text: times are single whatever the values are.</summary>
    public int WidthOf(long index) => IsDouble && (IsEven || index % 2 == 1) ? DoubleColumns : SingleColumns;

    /// <summary>The time between samples, seconds; where times stand beside the values, that between the first and the last on average.</summary>
    /// <param name="source">For messages.</param>
    /// <param name="numbers">All of the function; read only where they hold times.</param>
    /// <exception cref="RecordingException">Time does not go on.</exception>
    public double StepOf(RecordingSource source, IUffNumbers numbers)
    {
        if (IsEven)
        {
            return Step > 0 && double.IsFinite(Step) ? Step : throw source.Fault("a positive time between samples", Step.ToString(CultureInfo.InvariantCulture));
        }

        double[] block = new double[1 << 12];
        double? first = null;
        double last = 0;
        for (int read; (read = numbers.Read(block)) > 0;)
        {
            first ??= block[0];
            last = block[read - 2];
        }

        double step = (last - first!.Value) / Math.Max(1, Points - 1);
        return step > 0 ? step : throw NotEven(source, first.Value, 0);
    }

    /// <summary>A time that is not where its step says.</summary>
    public static RecordingException NotEven(RecordingSource source, double time, long point) =>
        source.Fault("times that go on evenly", FormattableString.Invariant($"{time} at point {point + 1}"));
}
