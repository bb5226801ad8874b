namespace Thrum.Training.Graphs;

/// <summary>How a convolution's kernel moves, the same in each spatial dimension.</summary>
/// <param name="Kernel">Size of the kernel.</param>
/// <param name="Stride">Distance between its places.</param>
/// <param name="Padding">Zeros before and after the input.</param>
internal readonly record struct ConvGeometry(int Kernel, int Stride, int Padding)
{
    /// <summary>Size of the output for an input of this size, rounded down; below 1 when the input is smaller than the kernel.</summary>
    public long OutputSize(long inputSize) => inputSize + (2L * Padding) < Kernel ? 0 : ((inputSize + (2L * Padding) - Kernel) / Stride) + 1;

    /// <summary>Zeros to add behind the result of a transposed convolution to reach a size; from 0 to stride − 1 where that is possible.</summary>
    public long OutputPadding(long inputSize, long outputSize) => outputSize - (((inputSize - 1) * Stride) - (2L * Padding) + Kernel);
}
