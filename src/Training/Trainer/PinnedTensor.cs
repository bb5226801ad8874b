using Microsoft.ML.OnnxRuntime;

namespace Thrum.Training.Trainer;

/// <summary>A float array of our own that ONNX Runtime reads and writes in place; pinned until disposal.</summary>
internal sealed class PinnedTensor : IDisposable
{
    private readonly float[] _values;

    public PinnedTensor(params ReadOnlySpan<long> sizes)
    {
        long count = 1;
        foreach (long size in sizes)
        {
            count = checked(count * size);
        }

        _values = new float[checked((int)count)];
        Value = OrtValue.CreateTensorValueFromMemory(_values, sizes.ToArray());
    }

    public Span<float> Values => _values;

    public OrtValue Value { get; }

    public void Dispose() => Value.Dispose();
}
