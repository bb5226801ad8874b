using System.Globalization;
using System.Text;

namespace Thrum.Ingest.Recordings;

/// <summary>One function of time of a dataset 58, eleven lines of ASCII and then numbers; without these.</summary>
internal sealed class UffFunction
{
    // Numbers in a block; even, so that a time and its value stay together.
    private const int BlockNumbers = 1 << 14;

    private const int TimeResponse = 1;
    private const int TimeAbscissa = 17;
    private const int LittleEndian = 1;
    private const int Ieee754 = 2;

    private static readonly string[] Directions = ["-rz", "-ry", "-rx", "-z", "-y", "-x", "", "x", "y", "z", "rx", "ry", "rz"];

    private readonly RecordingSource _source;
    private readonly UffLayout _layout;
    private readonly Func<IUffNumbers> _open;
    private readonly double _step;

    private UffFunction(RecordingSource source, byte[][] header, UffLayout layout, Func<IUffNumbers> open)
    {
        (_source, _layout, _open) = (source, layout, open);
        _step = layout.StepOf(source, open());
        string unit = UffLines.Text(header[8], 47, 20);
        Name = NameOf(header[5]);
        Start = StartOf(header[2]);
        Unit = unit is "" or "NONE" ? null : unit;
    }

    public string Name { get; }

    /// <summary>One over the step; a whole number where the step's six digits allow it.</summary>
    public double SampleRateHz => Math.Round(1 / _step) is var whole && Math.Abs((1 / _step) - whole) <= 5e-6 / _step && whole > 0 ? whole : 1 / _step;

    public DateTimeOffset? Start { get; }

    public string? Unit { get; }

    /// <summary>Reads what the dataset is and goes to its end; null for a spectrum or another function that is no real one of time.</summary>
    /// <param name="source">For messages.</param>
    /// <param name="file">The file, which stays open for <see cref="Blocks"/>.</param>
    /// <param name="lines">Its lines, behind that of the dataset's number.</param>
    /// <param name="kind">That line.</param>
    /// <exception cref="RecordingException">It is not what its header says.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static UffFunction? Read(RecordingSource source, Stream file, UffLines lines, string kind)
    {
        byte[][] header = new byte[11][];
        for (int i = 0; i < header.Length; i++)
        {
            header[i] = lines.Line("eleven lines of header in a dataset 58").ToArray();
        }

        UffLayout layout = UffLayout.Read(source, header[6]);
        bool isTime = !layout.IsComplex
            && (UffLines.Number(header[5], 0, 5) is TimeResponse or 0 or null)
            && (UffLines.Number(header[7], 0, 10) is TimeAbscissa or 0 or null) && !IsFrequency(header[7]);
        long at = lines.Position;
        Func<IUffNumbers> open = kind.Length > 6 && kind[6] == 'b'
            ? Binary(source, file, lines, Encoding.Latin1.GetBytes(kind), layout, isTime)
            : () => Text(source, lines, layout, at);
        UffFunction? function = isTime ? new UffFunction(source, header, layout, open) : null;
        lines.SkipDataset();
        return function;
    }

    /// <summary>The samples.</summary>
    /// <exception cref="RecordingException">They are not what the header says.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IEnumerable<IReadOnlyList<ReadOnlyMemory<float>>> Blocks()
    {
        IUffNumbers numbers = _open();
        double[] block = new double[BlockNumbers];
        float[] samples = new float[_layout.IsEven ? BlockNumbers : BlockNumbers / 2];
        double start = double.NaN;
        long point = 0;
        for (int read; (read = numbers.Read(block)) > 0;)
        {
            start = point == 0 ? block[0] : start;
            int count = _layout.IsEven ? Narrow(block.AsSpan(0, read), samples) : Unfold(block.AsSpan(0, read), start, point, samples);
            point += count;
            yield return [samples.AsMemory(0, count)];
        }
    }

    private static int Narrow(ReadOnlySpan<double> numbers, Span<float> samples)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            samples[i] = (float)numbers[i];
        }

        return numbers.Length;
    }

    /// <summary>The values behind their times.</summary>
    private int Unfold(ReadOnlySpan<double> numbers, double start, long point, Span<float> samples)
    {
        for (int i = 0; i < numbers.Length / 2; i++)
        {
            // Half a step, and what six digits of the time leave out.
            double time = numbers[2 * i], tolerance = (_step / 2) + (1e-5 * Math.Abs(time));
            if (Math.Abs(time - start - ((point + i) * _step)) > tolerance)
            {
                throw UffLayout.NotEven(_source, time, point + i);
            }

            samples[i] = (float)numbers[(2 * i) + 1];
        }

        return numbers.Length / 2;
    }

    private static UffText Text(RecordingSource source, UffLines lines, UffLayout layout, long at)
    {
        lines.Seek(at);
        return new UffText(source, lines, layout);
    }

    private static Func<IUffNumbers> Binary(RecordingSource source, Stream file, UffLines lines, byte[] kind, UffLayout layout, bool isWanted)
    {
        (double? order, double? format) = (UffLines.Number(kind, 7, 6), UffLines.Number(kind, 13, 6));
        if (order is not (LittleEndian or 2) || format != Ieee754)
        {
            throw source.Fault("byte order 1 or 2 and number format 2 (IEEE 754) of a dataset 58b", $"'{UffLines.Text(kind, 6, 80)}'");
        }

        if (UffLines.Number(kind, 31, 12) is not { } stated)
        {
            throw source.Fault("a number of bytes of a dataset 58b", $"'{UffLines.Text(kind, 0, 80)}'");
        }

        long at = lines.Position, needed = layout.Numbers * layout.Kind.Size(), found = (long)Math.Clamp(stated, -1, long.MaxValue / 2);
        lines.Skip(found);
        return !isWanted || (found == needed && (layout.IsEven || !layout.IsDouble))
            ? () => new UffBinary(new FileSegment(file, at, needed), layout, isBigEndian: order != LittleEndian)
            : throw source.Fault($"{needed} bytes of numbers at even steps, or of single precision", $"{found} bytes{(layout.IsEven ? "" : " at uneven steps")}");
    }

    /// <summary>The response: its entity where that has a name, its node where it is numbered or all there is, its direction.</summary>
    private static string NameOf(ReadOnlySpan<byte> line)
    {
        string entity = UffLines.Text(line, 31, 10), node = UffLines.Text(line, 41, 10);
        double direction = UffLines.Number(line, 51, 4) ?? 0;
        entity = entity == "NONE" ? "" : entity;
        string point = (node is "0" && entity.Length > 0 ? "" : node) + (Math.Abs(direction) <= 6 ? Directions[(int)direction + 6] : "");
        return entity.Length > 0 && point.Length > 0 ? $"{entity} {point}" : entity + point;
    }

    // Some writers leave the abscissa's type out and only label it.
    private static bool IsFrequency(ReadOnlySpan<byte> line) => UffLines.Text(line, 47, 20).Equals("Hz", StringComparison.OrdinalIgnoreCase);

    private static DateTimeOffset? StartOf(ReadOnlySpan<byte> line) => DateTime.TryParseExact(
        UffLines.Text(line, 0, 80), "d-MMM-yy HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime time)
        ? time
        : null;
}
