namespace Thrum.Spectral.Vectors;

/// <summary>
/// A fixed number of floats that are worked on together. Kernels are written once against this and compiled for each
/// width, the width of one included, which takes the ends that do not fill a vector.
/// </summary>
internal interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>How many floats.</summary>
    static abstract int Count { get; }

    static abstract TSelf Load(ref readonly float origin, int offset);

    static abstract void Store(TSelf value, ref float origin, int offset);

    static abstract TSelf Broadcast(float value);

    /// <summary>The same floats, last first.</summary>
    static abstract TSelf Reverse(TSelf value);

    /// <summary>a·b + c, fused where the processor can.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    static abstract float Sum(TSelf value);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a);
}
