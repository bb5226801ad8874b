namespace Thrum.Ingest.Payloads;

/// <summary>A binary number format.</summary>
internal enum ElementKind
{
    F16,
    F32,
    F64,
    I8,
    I16,
    I24,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
}

/// <summary>A number format and its byte order.</summary>
internal readonly record struct SampleElement(ElementKind Kind, bool IsLittleEndian)
{
    /// <summary>Bytes of one number.</summary>
    public int Bytes => Kind switch
    {
        ElementKind.I8 or ElementKind.U8 => 1,
        ElementKind.F16 or ElementKind.I16 or ElementKind.U16 => 2,
        ElementKind.I24 => 3,
        ElementKind.F32 or ElementKind.I32 or ElementKind.U32 => 4,
        _ => 8,
    };

    /// <summary>The element of a fixed-size payload format; null where the format has none.</summary>
    public static SampleElement? Of(PayloadFormat format) => format switch
    {
        PayloadFormat.F32Le => new(ElementKind.F32, true),
        PayloadFormat.F32Be => new(ElementKind.F32, false),
        PayloadFormat.F64Le => new(ElementKind.F64, true),
        PayloadFormat.F64Be => new(ElementKind.F64, false),
        PayloadFormat.I16Le => new(ElementKind.I16, true),
        PayloadFormat.I16Be => new(ElementKind.I16, false),
        PayloadFormat.I24Le => new(ElementKind.I24, true),
        PayloadFormat.I24Be => new(ElementKind.I24, false),
        PayloadFormat.I32Le => new(ElementKind.I32, true),
        PayloadFormat.I32Be => new(ElementKind.I32, false),
        _ => null,
    };
}
