namespace Thrum.Training.Onnx;

/// <summary>A named constant of a node.</summary>
internal abstract record OnnxAttribute(string Name)
{
    public static OnnxAttribute Of(string name, long value) => new OnnxIntAttribute(name, value);

    public static OnnxAttribute Of(string name, float value) => new OnnxFloatAttribute(name, value);

    public static OnnxAttribute Of(string name, string value) => new OnnxStringAttribute(name, value);

    public static OnnxAttribute Of(string name, long[] values) => new OnnxIntsAttribute(name, values);
}

internal sealed record OnnxIntAttribute(string Name, long Value) : OnnxAttribute(Name);

internal sealed record OnnxFloatAttribute(string Name, float Value) : OnnxAttribute(Name);

internal sealed record OnnxStringAttribute(string Name, string Value) : OnnxAttribute(Name);

internal sealed record OnnxIntsAttribute(string Name, long[] Values) : OnnxAttribute(Name);
