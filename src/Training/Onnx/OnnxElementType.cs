namespace Thrum.Training.Onnx;

/// <summary>Element types of tensors, with the numbers of <c>TensorProto.DataType</c>.</summary>
internal enum OnnxElementType
{
    /// <summary>Unset; never valid in a file.</summary>
    None = 0,
    Float = 1,
    Int8 = 3,
    Int64 = 7,
    Bool = 9,
    Half = 10,
    Double = 11,
}
