using System.Globalization;

namespace Thrum.Ingest.Recordings;

/// <summary>One function of a dataset 58: eleven lines of ASCII, then numbers.</summary>
internal sealed class UffFunction
{
    private const int MostSamples = 1 << 28;
    private const int TimeResponse = 1;
    private const int TimeAbscissa = 17;
    private const int LittleEndian = 1;
    private const int Ieee754 = 2;

    private static readonly string[] Directions = ["-rz", "-ry", "-rx", "-z", "-y", "-x", "", "x", "y", "z", "rx", "ry", "rz"];

    private UffFunction(string name, bool isTime, double step, DateTimeOffset? start, string? unit, float[] samples)
    {
        Name = name;
        IsTime = isTime;
        SampleRateHz = RateOf(step);
        Start = start;
        Unit = unit;
        Samples = samples;
    }

    public string Name { get; }

    /// <summary>False for a spectrum or another function that is no real one of time; it has no samples.</summary>
    public bool IsTime { get; }

    public double SampleRateHz { get; }

    public DateTimeOffset? Start { get; }

    public string? Unit { get; }

    public float[] Samples { get; }

    /// <summary>Reads the dataset to its end.</summary>
    /// <param name="source">The file.</param>
    /// <param name="lines">Behind the line of the dataset's number.</param>
    /// <param name="kind">That line.</param>
    /// <exception cref="RecordingException">It is not what its header says.</exception>
    public static UffFunction Read(RecordingSource source, UffLines lines, string kind)
    {
        string[] header = new string[11];
        for (int i = 0; i < header.Length; i++)
        {
            header[i] = lines.Line("eleven lines of header in a dataset 58");
        }

        UffLayout layout = UffLayout.Read(source, header[6]);
        bool isTime = !layout.IsComplex
            && (UffLines.Number(header[5], 0, 5) is TimeResponse or 0 or null)
            && (UffLines.Number(header[7], 0, 10) is TimeAbscissa or 0 or null) && !IsFrequency(header[7]);
        double[] numbers = kind.Length > 6 && kind[6] == 'b'
            ? ReadBinary(source, lines, kind, layout, isTime)
            : ReadText(source, lines, layout, isTime);
        if (!isTime)
        {
            return new UffFunction("", false, double.NaN, null, null, []);
        }

        (double step, float[] samples) = layout.Unfold(source, numbers);
        string unit = UffLines.Text(header[8], 47, 20);
        return new UffFunction(NameOf(header[5]), true, step, StartOf(header[2]), unit is "" or "NONE" ? null : unit, samples);
    }

    /// <summary>The response: its entity where that has a name, its node where it is numbered or all there is, its direction.</summary>
    private static string NameOf(string line)
    {
        string entity = UffLines.Text(line, 31, 10), node = UffLines.Text(line, 41, 10);
        double direction = UffLines.Number(line, 51, 4) ?? 0;
        entity = entity == "NONE" ? "" : entity;
        string point = (node is "0" && entity.Length > 0 ? "" : node) + (Math.Abs(direction) <= 6 ? Directions[(int)direction + 6] : "");
        return entity.Length > 0 && point.Length > 0 ? $"{entity} {point}" : entity + point;
    }

    /// <summary>One over the step; a whole number where the step's six digits allow it.</summary>
    private static double RateOf(double step) =>
        Math.Round(1 / step) is var whole && Math.Abs((1 / step) - whole) <= 5e-6 / step && whole > 0 ? whole : 1 / step;

    // Some writers leave the abscissa's type out and only label it.
    private static bool IsFrequency(string line) => UffLines.Text(line, 47, 20).Equals("Hz", StringComparison.OrdinalIgnoreCase);

    private static DateTimeOffset? StartOf(string line) => DateTime.TryParseExact(
        line.Trim(), "d-MMM-yy HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime time)
        ? time
        : null;

    private static double[] ReadBinary(RecordingSource source, UffLines lines, string kind, UffLayout layout, bool isWanted)
    {
        (double? order, double? format) = (UffLines.Number(kind, 7, 6), UffLines.Number(kind, 13, 6));
        if (order is not (LittleEndian or 2) || format != Ieee754)
        {
            throw source.Fault("byte order 1 or 2 and number format 2 (IEEE 754) of a dataset 58b", $"'{kind[6..].Trim()}'");
        }

        if (UffLines.Number(kind, 31, 12) is not { } stated)
        {
            throw source.Fault("a number of bytes of a dataset 58b", $"'{kind.Trim()}'");
        }

        SampleKind number = layout.IsDouble ? SampleKind.Float64 : SampleKind.Float32;
        ReadOnlySpan<byte> data = lines.Bytes((long)Math.Clamp(stated, -1, int.MaxValue));
        double[] numbers = new double[isWanted ? layout.Numbers : 0];
        if (isWanted && (data.Length != (long)layout.Numbers * number.Size() || (layout.IsDouble && !layout.IsEven)))
        {
            throw source.Fault(
                $"{(long)layout.Numbers * number.Size()} bytes of numbers at even steps, or of single precision", $"{data.Length} bytes{(layout.IsEven ? "" : " at uneven steps")}");
        }

        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = SampleCodec.One(data.Slice(i * number.Size(), number.Size()), number, bigEndian: order != LittleEndian);
        }

        lines.SkipDataset();
        return numbers;
    }

    private static double[] ReadText(RecordingSource source, UffLines lines, UffLayout layout, bool isWanted)
    {
        // Memory is taken as the numbers come, not as the header promises.
        List<double> numbers = [];
        while (lines.Numbers() is { } line)
        {
            for (int at = 0; isWanted && at < line.Length && numbers.Count < layout.Numbers;)
            {
                int width = layout.WidthOf(numbers.Count);
                if (line.AsSpan(at, Math.Min(width, line.Length - at)).Trim().IsEmpty)
                {
                    break;
                }

                numbers.Add(UffLines.Number(line, at, width) ?? throw source.Fault($"a number in columns {at + 1} to {at + width}", $"'{UffLines.Text(line, at, width)}'"));
                at += width;
            }
        }

        return !isWanted || numbers.Count == layout.Numbers ? [.. numbers] : throw source.Fault($"{layout.Numbers} numbers", $"{numbers.Count}");
    }

    /// <summary>The sixth line of the header: how many numbers of which kind at which steps.</summary>
    private sealed record UffLayout(bool IsDouble, bool IsComplex, int Points, bool IsEven, double Step)
    {
        private const int SingleColumns = 13;
        private const int DoubleColumns = 20;

        public int Numbers => IsEven ? Points : 2 * Points;

        public static UffLayout Read(RecordingSource source, string line)
        {
            (double? type, double? points, double? even) = (UffLines.Number(line, 0, 10), UffLines.Number(line, 10, 10), UffLines.Number(line, 20, 10));
            if (type is not (2 or 4 or 5 or 6) || points is not (>= 1 and <= MostSamples) || even is not (0 or 1))
            {
                throw source.Fault($"a type 2, 4, 5 or 6, 1 to {MostSamples} points and spacing 0 or 1", $"'{line.Trim()}'");
            }

            return new UffLayout(type is 4 or 6, type is 5 or 6, (int)points, even == 1, UffLines.Number(line, 43, 13) ?? 0);
        }

        /// <summary>Columns of a number of the text: times are single whatever the values are.</summary>
        public int WidthOf(int index) => IsDouble && (IsEven || index % 2 == 1) ? DoubleColumns : SingleColumns;

        /// <summary>The samples and the time between them, seconds.</summary>
        public (double Step, float[] Samples) Unfold(RecordingSource source, double[] numbers)
        {
            if (IsEven)
            {
                return Step > 0 && double.IsFinite(Step)
                    ? (Step, [.. numbers.Select(number => (float)number)])
                    : throw source.Fault("a positive time between samples", Step.ToString(CultureInfo.InvariantCulture));
            }

            double step = (numbers[^2] - numbers[0]) / Math.Max(1, Points - 1);
            for (int i = 0; i < Points; i++)
            {
                // Half a step, and what six digits of the time leave out.
                double tolerance = (step / 2) + (1e-5 * Math.Abs(numbers[2 * i]));
                if (!(step > 0) || Math.Abs(numbers[2 * i] - numbers[0] - (i * step)) > tolerance)
                {
                    throw source.Fault("times that go on evenly", FormattableString.Invariant($"{numbers[2 * i]} at point {i + 1}"));
                }
            }

            return (step, [.. Enumerable.Range(0, Points).Select(i => (float)numbers[(2 * i) + 1])]);
        }
    }
}
