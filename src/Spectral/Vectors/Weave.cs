using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Thrum.Spectral.Vectors;

/// <summary>Interleaving of two four-float vectors, which the portable vector types do not offer as one instruction.</summary>
internal static class Weave
{
    /// <summary>a0 b0 a1 b1.</summary>
    public static Vector128<float> ZipLow(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0], a[1], b[1]);

    /// <summary>a2 b2 a3 b3.</summary>
    public static Vector128<float> ZipHigh(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[2], b[2], a[3], b[3]);

    /// <summary>a0 a2 b0 b2.</summary>
    public static Vector128<float> Even(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.Shuffle(a, b, 0b10_00_10_00)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.UnzipEven(a, b)
        : Vector128.Create(a[0], a[2], b[0], b[2]);

    /// <summary>a1 a3 b1 b3.</summary>
    public static Vector128<float> Odd(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.Shuffle(a, b, 0b11_01_11_01)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.UnzipOdd(a, b)
        : Vector128.Create(a[1], a[3], b[1], b[3]);

    /// <summary>Four rows become four columns: on return <c>a</c> holds the first float of each, and so on.</summary>
    public static void Transpose(ref Vector128<float> a, ref Vector128<float> b, ref Vector128<float> c, ref Vector128<float> d)
    {
        Vector128<float> acLow = ZipLow(a, c);
        Vector128<float> acHigh = ZipHigh(a, c);
        Vector128<float> bdLow = ZipLow(b, d);
        Vector128<float> bdHigh = ZipHigh(b, d);
        a = ZipLow(acLow, bdLow);
        b = ZipHigh(acLow, bdLow);
        c = ZipLow(acHigh, bdHigh);
        d = ZipHigh(acHigh, bdHigh);
    }
}
