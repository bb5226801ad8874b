using System.Runtime.CompilerServices;

namespace Thrum.Spectral.Vectors;

/// <summary>One float: the remainder of every loop, and the whole of it for very short spans.</summary>
internal readonly struct Lanes1(float value) : ILanes<Lanes1>
{
    private readonly float _value = value;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Load(ref readonly float origin, int offset) => new(Unsafe.Add(ref Unsafe.AsRef(in origin), offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes1 value, ref float origin, int offset) => Unsafe.Add(ref origin, offset) = value._value;

    public static Lanes1 Broadcast(float value) => new(value);

    public static Lanes1 Reverse(Lanes1 value) => value;

    public static Lanes1 MultiplyAdd(Lanes1 a, Lanes1 b, Lanes1 c) => new(float.MultiplyAddEstimate(a._value, b._value, c._value));

    public static float Sum(Lanes1 value) => value._value;

    public static Lanes1 operator +(Lanes1 a, Lanes1 b) => new(a._value + b._value);

    public static Lanes1 operator -(Lanes1 a, Lanes1 b) => new(a._value - b._value);

    public static Lanes1 operator *(Lanes1 a, Lanes1 b) => new(a._value * b._value);

    public static Lanes1 operator -(Lanes1 a) => new(-a._value);
}
