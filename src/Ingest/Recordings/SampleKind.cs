namespace Thrum.Ingest.Recordings;

/// <summary>How one number is stored.</summary>
internal enum SampleKind
{
    Int8,
    UInt8,
    Int16,
    UInt16,
    Int24,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Float32,
    Float64,
}
