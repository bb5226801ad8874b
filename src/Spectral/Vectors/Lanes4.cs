using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Thrum.Spectral.Vectors;

/// <summary>Four floats in a 128-bit register.</summary>
internal readonly struct Lanes4(Vector128<float> value) : IRowLanes<Lanes4>
{
    private readonly Vector128<float> _value = value;

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Load(ref readonly float origin, int offset) => new(Vector128.LoadUnsafe(in origin, (nuint)offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes4 value, ref float origin, int offset) => value._value.StoreUnsafe(ref origin, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Broadcast(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Reverse(Lanes4 value) =>
        new(Vector128.Shuffle(value._value, Vector128.Create(3, 2, 1, 0)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 MultiplyAdd(Lanes4 a, Lanes4 b, Lanes4 c) =>
        new(Vector128.MultiplyAddEstimate(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes4 value) => Vector128.Sum(value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator +(Lanes4 a, Lanes4 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator -(Lanes4 a, Lanes4 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator *(Lanes4 a, Lanes4 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator -(Lanes4 a) => new(-a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 LoadRows(ref readonly float origin, int offset, int fourRows) => Load(in origin, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRows(Lanes4 value, ref float origin, int offset, int fourRows) => Store(value, ref origin, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 ZipLow(Lanes4 a, Lanes4 b) => new(Weave.ZipLow(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 ZipHigh(Lanes4 a, Lanes4 b) => new(Weave.ZipHigh(a._value, b._value));
}
