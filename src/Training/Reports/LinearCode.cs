using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Thrum.Training.Data;
using Thrum.Training.Models;

namespace Thrum.Training.Reports;

/// <summary>
/// What the best linear code (principal components) leaves of windows that it was not fitted to: how much of a signal can be reconstructed at all from so few numbers, without training anything. Shares of
/// their power about the mean.
/// </summary>
/// <param name="Same">With a code of the size asked for.</param>
/// <param name="Twice">With one of twice the size.</param>
/// <param name="TwiceOfWhite">The share of <paramref name="Same"/> that twice the size leaves of white noise, each component of which holds as much as the next.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LinearCode(double Same, double Twice, double TwiceOfWhite)
{
    // Beyond, the look would take seconds.
    private const int MostSamples = 4096;

    // Fitted windows for each component: with fewer the components are of those windows, not of the signal.
    private const int LeastPerComponent = 2;

    // The subspace of the greatest components is found to about 1 % of their power after so many multiplications (Halko, Martinsson and Tropp, SIAM Review 53, 2011).
    private const int Iterations = 8;
    private const int Seed = 1;
    private const double StructureGain = 0.1;

    /// <summary>Whether what the code leaves is as white noise is: a greater code gains no more by its size than it does there.</summary>
    public bool LeavesNoise => Twice / Same > (1 - StructureGain) * TwiceOfWhite;

    /// <summary>Fits the first half of the windows and looks at the second; null where there are too few for the code, or too long ones.</summary>
    public static LinearCode? Of(WindowSet windows, int size)
    {
        int length = windows.WindowSamples, fitted = windows.Count / 2, components = 2 * size;
        if (length > MostSamples || components >= length || fitted < LeastPerComponent * components)
        {
            return null;
        }

        float[] centred = Centred(windows, fitted);
        float[][] found = Components(centred.AsSpan(0, fitted * length), length, components);
        double power = 0;
        double[] held = new double[components];
        for (int start = fitted * length; start < centred.Length; start += length)
        {
            ReadOnlySpan<float> window = centred.AsSpan(start, length);
            power += TensorPrimitives.SumOfSquares(window);
            for (int i = 0; i < components; i++)
            {
                held[i] += Math.Pow(TensorPrimitives.Dot(window, found[i]), 2);
            }
        }

        return power == 0 ? null : new LinearCode(1 - (held[..size].Sum() / power), 1 - (held.Sum() / power), (length - components) / (double)(length - size));
    }

    /// <summary>The windows less the mean of those that are fitted, place by place.</summary>
    private static float[] Centred(WindowSet windows, int fitted)
    {
        int length = windows.WindowSamples;
        float[] centred = windows.Values.ToArray(), mean = new float[length];
        for (int i = 0; i < fitted; i++)
        {
            TensorPrimitives.MultiplyAdd(windows[i], 1f / fitted, mean, mean);
        }

        for (int start = 0; start < centred.Length; start += length)
        {
            Span<float> window = centred.AsSpan(start, length);
            TensorPrimitives.Subtract(window, mean, window);
        }

        return centred;
    }

    /// <summary>Orthogonal iteration: the greatest come first.</summary>
    private static float[][] Components(ReadOnlySpan<float> windows, int length, int count)
    {
        SeededRandom random = SeededRandom.For(Seed, 0, RandomPurpose.Resampling);
        float[][] found = [.. Enumerable.Range(0, count).Select(_ => (float[])[.. Enumerable.Range(0, length).Select(_ => (float)random.NextGaussian())])];
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            for (int i = 0; i < count; i++)
            {
                float[] next = new float[length];
                for (int start = 0; start < windows.Length; start += length)
                {
                    ReadOnlySpan<float> window = windows.Slice(start, length);
                    TensorPrimitives.MultiplyAdd(window, TensorPrimitives.Dot(window, found[i]), next, next);
                }

                found[i] = next;
            }

            Orthonormalise(found);
        }

        return found;
    }

    // Gram and Schmidt's, twice over: once leaves rounding errors where columns are nearly alike.
    private static void Orthonormalise(float[][] columns)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            for (int j = 0; j < 2 * i; j++)
            {
                float[] other = columns[j % i];
                TensorPrimitives.MultiplyAdd(other, -TensorPrimitives.Dot(columns[i], other), columns[i], columns[i]);
            }

            float norm = TensorPrimitives.Norm(columns[i]);
            TensorPrimitives.Multiply(columns[i], norm > 0 ? 1 / norm : 0, columns[i]);
        }
    }
}
