using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Thrum.Spectral.Vectors;

/// <summary>Eight floats in a 256-bit register.</summary>
internal readonly struct Lanes8(Vector256<float> value) : IRowLanes<Lanes8>
{
    private readonly Vector256<float> _value = value;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Load(ref readonly float origin, int offset) => new(Vector256.LoadUnsafe(in origin, (nuint)offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes8 value, ref float origin, int offset) => value._value.StoreUnsafe(ref origin, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Broadcast(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Reverse(Lanes8 value) =>
        new(Vector256.Shuffle(value._value, Vector256.Create(7, 6, 5, 4, 3, 2, 1, 0)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 MultiplyAdd(Lanes8 a, Lanes8 b, Lanes8 c) =>
        new(Vector256.MultiplyAddEstimate(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes8 value) => Vector256.Sum(value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator +(Lanes8 a, Lanes8 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator -(Lanes8 a, Lanes8 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator *(Lanes8 a, Lanes8 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator -(Lanes8 a) => new(-a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 LoadRows(ref readonly float origin, int offset, int fourRows) => new(Vector256.Create(
        Vector128.LoadUnsafe(in origin, (nuint)offset),
        Vector128.LoadUnsafe(in origin, (nuint)(offset + fourRows))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRows(Lanes8 value, ref float origin, int offset, int fourRows)
    {
        value._value.GetLower().StoreUnsafe(ref origin, (nuint)offset);
        value._value.GetUpper().StoreUnsafe(ref origin, (nuint)(offset + fourRows));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 ZipLow(Lanes8 a, Lanes8 b) => new(Avx.IsSupported
        ? Avx.UnpackLow(a._value, b._value)
        : Vector256.Create(
            Weave.ZipLow(a._value.GetLower(), b._value.GetLower()), Weave.ZipLow(a._value.GetUpper(), b._value.GetUpper())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 ZipHigh(Lanes8 a, Lanes8 b) => new(Avx.IsSupported
        ? Avx.UnpackHigh(a._value, b._value)
        : Vector256.Create(
            Weave.ZipHigh(a._value.GetLower(), b._value.GetLower()), Weave.ZipHigh(a._value.GetUpper(), b._value.GetUpper())));
}
