using System.Text;

namespace Thrum.Ingest.Recordings;

/// <summary>One variable of a MATLAB file, without its numbers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rows">First dimension.</param>
/// <param name="Columns">Product of the others.</param>
/// <param name="Kind">How its numbers are stored, column by column; null for what is not a real numeric matrix.</param>
/// <param name="First">The first number in full precision, NaN where there is none.</param>
/// <param name="NumbersAt">Where its numbers begin, from the beginning of its matrix element's data.</param>
internal sealed record MatVariable(string Name, int Rows, int Columns, SampleKind? Kind, double First, long NumbersAt)
{
    private const int FirstNumericClass = 6;
    private const int LastNumericClass = 15;
    private const uint ComplexFlag = 0x0800;

    /// <summary>Where the file has its matrix element.</summary>
    public MatContent Content { get; init; }

    /// <summary>How many numbers it has.</summary>
    public long Count => (long)Rows * Columns;

    /// <summary>Reads the inside of a matrix element as far as its first number: flags, dimensions, name, real part.</summary>
    /// <exception cref="RecordingException">It is none, or has not as many numbers as it says.</exception>
    public static MatVariable Read(RecordingSource source, MatElements matrix)
    {
        MatElement flags = matrix.Next();
        if (flags.Kind != SampleKind.UInt32 || flags.Length != 8)
        {
            throw source.Fault("array flags of 8 bytes", $"type {flags.Type} of {flags.Length} bytes");
        }

        uint word = MatElement.ReadUInt32(matrix.Description(flags), matrix.IsBigEndian);

        // Function handles and objects of newer classes have no dimensions in the usual place.
        if ((word & 0xFF) is < 1 or > LastNumericClass)
        {
            return new MatVariable("", 0, 0, null, double.NaN, 0);
        }

        (int rows, int columns) = ReadDimensions(source, matrix);
        string name = Encoding.Latin1.GetString(matrix.Description(matrix.Next()));
        return (word & 0xFF) >= FirstNumericClass && (word & ComplexFlag) == 0
            ? ReadNumbers(source, matrix, new MatVariable(name, rows, columns, null, double.NaN, 0))
            : new MatVariable(name, rows, columns, null, double.NaN, 0);
    }

    private static MatVariable ReadNumbers(RecordingSource source, MatElements matrix, MatVariable variable)
    {
        MatElement numbers = matrix.Next();
        if (numbers.Kind is not { } kind || numbers.Length != variable.Count * kind.Size())
        {
            throw source.Fault($"{variable.Rows} x {variable.Columns} numbers in variable {variable.Name}", $"{numbers.Length} bytes of type {numbers.Type}");
        }

        variable = variable with { Kind = kind, NumbersAt = matrix.Position };
        if (variable.Count == 0)
        {
            return variable;
        }

        Span<byte> first = stackalloc byte[kind.Size()];
        matrix.Take(first);
        return variable with { First = SampleCodec.One(first, kind, matrix.IsBigEndian) };
    }

    private static (int Rows, int Columns) ReadDimensions(RecordingSource source, MatElements matrix)
    {
        MatElement element = matrix.Next();
        if (element.Kind != SampleKind.Int32 || element.Length < 8 || element.Length % 4 != 0)
        {
            throw source.Fault("at least two dimensions of 4 bytes", $"type {element.Type} of {element.Length} bytes");
        }

        byte[] data = matrix.Description(element);
        long rows = MatElement.ReadUInt32(data, matrix.IsBigEndian);
        long columns = 1;
        for (int at = 4; at < data.Length; at += 4)
        {
            columns *= MatElement.ReadUInt32(data.AsSpan(at), matrix.IsBigEndian);
            if (rows * Math.Max(1, columns) > Array.MaxLength || columns > Array.MaxLength || rows > Array.MaxLength)
            {
                throw source.Fault("fewer than 2^31 numbers", $"dimensions beyond {rows} x {columns}");
            }
        }

        return ((int)rows, (int)columns);
    }
}
