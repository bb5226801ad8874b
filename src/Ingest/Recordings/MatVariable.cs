using System.Text;

namespace Thrum.Ingest.Recordings;

/// <summary>One variable of a MATLAB file; <see cref="Values"/> is null for what is not a real numeric matrix.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rows">First dimension.</param>
/// <param name="Columns">Product of the others.</param>
/// <param name="Values">Numbers column by column.</param>
/// <param name="First">The first number in full precision, NaN where there is none.</param>
internal sealed record MatVariable(string Name, int Rows, int Columns, float[]? Values, double First)
{
    private const int FirstNumericClass = 6;
    private const int LastNumericClass = 15;
    private const uint ComplexFlag = 0x0800;

    /// <summary>Reads the inside of a matrix element: flags, dimensions, name, real part.</summary>
    public static MatVariable Read(RecordingSource source, bool bigEndian, ReadOnlySpan<byte> matrix)
    {
        MatElement flags = MatElement.Take(source, bigEndian, ref matrix);
        if (flags.Kind != SampleKind.UInt32 || flags.Data.Length != 8)
        {
            throw source.Fault("array flags of 8 bytes", $"type {flags.Type} of {flags.Data.Length} bytes");
        }

        uint word = MatElement.ReadUInt32(flags.Data, bigEndian);
        bool numeric = (word & 0xFF) is >= FirstNumericClass and <= LastNumericClass && (word & ComplexFlag) == 0;

        // Function handles and objects of newer classes have no dimensions in the usual place.
        (int rows, int columns) = (word & 0xFF) is >= 1 and <= LastNumericClass
            ? ReadDimensions(source, bigEndian, MatElement.Take(source, bigEndian, ref matrix))
            : (0, 0);
        if ((word & 0xFF) is < 1 or > LastNumericClass)
        {
            return new MatVariable("", 0, 0, null, double.NaN);
        }

        string name = Encoding.Latin1.GetString(MatElement.Take(source, bigEndian, ref matrix).Data);
        if (!numeric)
        {
            return new MatVariable(name, rows, columns, null, double.NaN);
        }

        MatElement numbers = MatElement.Take(source, bigEndian, ref matrix);
        long needed = (long)rows * columns * (numbers.Kind?.Size() ?? 0);
        if (numbers.Kind is not { } kind || numbers.Data.Length != needed)
        {
            throw source.Fault($"{rows} x {columns} numbers in variable {name}", $"{numbers.Data.Length} bytes of type {numbers.Type}");
        }

        float[] values = new float[rows * columns];
        SampleCodec.Read(numbers.Data, kind, bigEndian, 0, 1, values);
        double first = values.Length > 0 ? SampleCodec.One(numbers.Data[..kind.Size()], kind, bigEndian) : double.NaN;
        return new MatVariable(name, rows, columns, values, first);
    }

    private static (int Rows, int Columns) ReadDimensions(RecordingSource source, bool bigEndian, MatElement element)
    {
        if (element.Kind != SampleKind.Int32 || element.Data.Length < 8 || element.Data.Length % 4 != 0)
        {
            throw source.Fault("at least two dimensions of 4 bytes", $"type {element.Type} of {element.Data.Length} bytes");
        }

        long rows = MatElement.ReadUInt32(element.Data, bigEndian);
        long columns = 1;
        for (int at = 4; at < element.Data.Length; at += 4)
        {
            columns *= MatElement.ReadUInt32(element.Data[at..], bigEndian);
            if (rows * Math.Max(1, columns) > Array.MaxLength || columns > Array.MaxLength || rows > Array.MaxLength)
            {
                throw source.Fault("fewer than 2^31 numbers", $"dimensions beyond {rows} x {columns}");
            }
        }

        return ((int)rows, (int)columns);
    }
}
