using System.Numerics;

namespace Thrum.Spectral.Tests.Transforms;

/// <summary>The transform in double for any length, by Bluestein's algorithm over a recursive FFT: slow and plain, and itself tested.</summary>
internal static class ExactDft
{
    /// <summary>X[k] = Σ x[i]·e^(−2πi·ik/n), k = 0 … n − 1.</summary>
    public static Complex[] Forward(ReadOnlySpan<float> samples)
    {
        Complex[] values = new Complex[samples.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = samples[i];
        }

        return Forward(values);
    }

    public static Complex[] Forward(Complex[] values)
    {
        int n = values.Length;
        int padded = (int)BitOperations.RoundUpToPowerOf2((uint)((2 * n) - 1));
        Complex[] chirped = new Complex[padded];
        Complex[] kernel = new Complex[padded];
        for (int k = 0; k < n; k++)
        {
            Complex chirp = Complex.FromPolarCoordinates(1, Math.PI * ((long)k * k % (2L * n)) / n);
            chirped[k] = values[k] * Complex.Conjugate(chirp);
            kernel[k] = kernel[(padded - k) % padded] = chirp;
        }

        Complex[] spectrum = Split(chirped);
        Complex[] kernelSpectrum = Split(kernel);
        for (int k = 0; k < padded; k++)
        {
            spectrum[k] = Complex.Conjugate(spectrum[k] * kernelSpectrum[k]);
        }

        Complex[] back = Split(spectrum);
        for (int k = 0; k < n; k++)
        {
            Complex chirp = Complex.FromPolarCoordinates(1, -Math.PI * ((long)k * k % (2L * n)) / n);
            back[k] = Complex.Conjugate(back[k]) * chirp / padded;
        }

        return back[..n];
    }

    private static Complex[] Split(Complex[] values)
    {
        int n = values.Length;
        if (n == 1)
        {
            return values;
        }

        Complex[] even = Split([.. Enumerable.Range(0, n / 2).Select(i => values[2 * i])]);
        Complex[] odd = Split([.. Enumerable.Range(0, n / 2).Select(i => values[(2 * i) + 1])]);
        Complex[] result = new Complex[n];
        for (int k = 0; k < n / 2; k++)
        {
            Complex turned = odd[k] * Complex.FromPolarCoordinates(1, -2 * Math.PI * k / n);
            result[k] = even[k] + turned;
            result[k + (n / 2)] = even[k] - turned;
        }

        return result;
    }
}
