namespace Thrum.Training.Tests.Graphs;

/// <summary>Convolution and its transpose as the defining sums, in double precision and for two spatial dimensions.</summary>
internal static class ConvReference
{
    /// <summary>y[n,m,i,j] = b[m] + Σ w[m,c,k,l]·x[n,c,i·s+k−p,j·s+l−p].</summary>
    public static double[] Conv(double[] x, long[] xs, double[] w, long[] ws, double[] b, int stride, int padding, long[] ys)
    {
        double[] y = new double[ys.Aggregate(1L, (p, s) => p * s)];
        Visit(xs, ws, stride, padding, ys, (iy, ix, iw) => y[iy] += x[ix] * w[iw]);
        AddBias(y, ys, b);
        return y;
    }

    /// <summary>The same pairs the other way: y (the larger) += w·x.</summary>
    public static double[] ConvTranspose(double[] x, long[] xs, double[] w, long[] ws, double[] b, int stride, int padding, long[] ys)
    {
        double[] y = new double[ys.Aggregate(1L, (p, s) => p * s)];
        Visit(ys, ws, stride, padding, xs, (ix, iy, iw) => y[iy] += x[ix] * w[iw]);
        AddBias(y, ys, b);
        return y;
    }

    private static void Visit(long[] large, long[] ws, int stride, int padding, long[] small, Action<long, long, long> pair)
    {
        long[] counts = [small[0], ws[0], ws[1], small[2], small[3], ws[2], ws[3]];
        long total = counts.Aggregate(1L, (p, s) => p * s);
        long[] at = new long[counts.Length];
        for (long index = 0; index < total; index++)
        {
            long rest = index;
            for (int digit = counts.Length - 1; digit >= 0; digit--)
            {
                (rest, at[digit]) = Math.DivRem(rest, counts[digit]);
            }

            (long n, long m, long c, long i, long j, long k, long l) = (at[0], at[1], at[2], at[3], at[4], at[5], at[6]);
            long row = (i * stride) + k - padding, column = (j * stride) + l - padding;
            if (row >= 0 && row < large[2] && column >= 0 && column < large[3])
            {
                pair(
                    (((((n * small[1]) + m) * small[2]) + i) * small[3]) + j,
                    (((((n * large[1]) + c) * large[2]) + row) * large[3]) + column,
                    (((((m * ws[1]) + c) * ws[2]) + k) * ws[3]) + l);
            }
        }
    }

    private static void AddBias(double[] y, long[] ys, double[] b)
    {
        long places = ys[2] * ys[3];
        for (long i = 0; i < y.Length; i++)
        {
            y[i] += b[i / places % ys[1]];
        }
    }
}
