using System.Buffers;

namespace Thrum.Detector.Windows;

/// <summary>A block that came before its turn, with pooled memory of its own.</summary>
internal sealed class HeldBlock
{
    private float[] _samples = [];

    public BlockHead Head { get; private set; }

    public ReadOnlySpan<float> Samples => _samples.AsSpan(0, Head.Count);

    /// <summary>Rents memory for the block and returns it, to be filled.</summary>
    public Span<float> Fill(scoped in BlockHead head)
    {
        Head = head;
        _samples = ArrayPool<float>.Shared.Rent(head.Count);
        return _samples.AsSpan(0, head.Count);
    }

    /// <summary>Gives the memory back.</summary>
    public void Release()
    {
        if (_samples.Length > 0)
        {
            ArrayPool<float>.Shared.Return(_samples);
        }

        _samples = [];
    }
}
