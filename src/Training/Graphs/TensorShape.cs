using System.Globalization;

namespace Thrum.Training.Graphs;

/// <summary>Sizes of a tensor's dimensions. A scalar has none; <see cref="Free"/> stands for the batch size that only a run fixes.</summary>
internal sealed class TensorShape : IEquatable<TensorShape>
{
    public const long Free = -1;

    private readonly long[] _sizes;

    private TensorShape(long[] sizes) => _sizes = sizes;

    public static TensorShape Scalar { get; } = new([]);

    public IReadOnlyList<long> Sizes => _sizes;

    public int Rank => _sizes.Length;

    public bool IsFixed => !_sizes.Contains(Free);

    /// <summary>Number of elements; 1 for a scalar.</summary>
    /// <exception cref="GraphException">A dimension is free.</exception>
    public long Count => IsFixed ? _sizes.Aggregate(1L, (product, size) => checked(product * size)) : throw new GraphException($"{this} has no fixed number of elements");

    public long this[int axis] => _sizes[axis];

    /// <summary>
    /// Whether the elements of one shape can be arranged as the other. Of two shapes with one free size each, the product of the fixed
    /// sizes of one must divide that of the other: then the free size takes up the rest.
    /// </summary>
    public bool HoldsAsManyAs(TensorShape other)
    {
        int free = _sizes.Count(size => size == Free);
        if (free > 1 || free != other._sizes.Count(size => size == Free))
        {
            return false;
        }

        return free == 0 ? FixedProduct == other.FixedProduct : FixedProduct % other.FixedProduct == 0 || other.FixedProduct % FixedProduct == 0;
    }

    private long FixedProduct => _sizes.Where(size => size != Free).Aggregate(1L, (product, size) => checked(product * size));

    public static TensorShape Of(params ReadOnlySpan<long> sizes)
    {
        foreach (long size in sizes)
        {
            if (size is < 1 and not Free)
            {
                throw new GraphException($"a tensor cannot have the size {size}; expected 1 or more, or the free batch size");
            }
        }

        return sizes.IsEmpty ? Scalar : new TensorShape(sizes.ToArray());
    }

    /// <summary>The same shape with one size replaced.</summary>
    public TensorShape With(int axis, long size)
    {
        long[] sizes = (long[])_sizes.Clone();
        sizes[axis] = size;
        return Of(sizes);
    }

    /// <summary>The shape of an elementwise result by ONNX's rule: aligned at the last dimension, 1 stretches.</summary>
    /// <returns>Null when the two do not fit.</returns>
    public static TensorShape? Broadcast(TensorShape a, TensorShape b)
    {
        int rank = Math.Max(a.Rank, b.Rank);
        long[] sizes = new long[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            long sizeA = a.SizeFromEnd(rank - axis);
            long sizeB = b.SizeFromEnd(rank - axis);
            if (sizeA != sizeB && sizeA != 1 && sizeB != 1)
            {
                return null;
            }

            sizes[axis] = sizeA == 1 ? sizeB : sizeA;
        }

        return Of(sizes);
    }

    /// <summary>The axes of <paramref name="full"/> along which this shape was stretched to reach it.</summary>
    public long[] StretchedAxes(TensorShape full) =>
        [.. Enumerable.Range(0, full.Rank).Where(axis => SizeFromEnd(full.Rank - axis) == 1 && (full[axis] != 1 || full.Rank - axis > Rank)).Select(axis => (long)axis)];

    public bool Equals(TensorShape? other) => other is not null && _sizes.AsSpan().SequenceEqual(other._sizes);

    public override bool Equals(object? obj) => Equals(obj as TensorShape);

    public override int GetHashCode() => _sizes.Aggregate(17, HashCode.Combine);

    public override string ToString() =>
        $"[{string.Join(", ", _sizes.Select(size => size == Free ? "batch" : size.ToString(CultureInfo.InvariantCulture)))}]";

    private long SizeFromEnd(int distance) => distance > Rank ? 1 : _sizes[Rank - distance];
}
