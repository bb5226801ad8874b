namespace Thrum.Spectral.Transforms;

/// <summary>Tables of unit-circle points, computed in double and rounded once.</summary>
internal static class Twiddles
{
    /// <summary>cos and −sin of 2π·factor·k/period for k = 0, 1, …: the parts of e^(−2πi·factor·k/period).</summary>
    public static void Fill(Span<float> real, Span<float> imaginary, long factor, int period)
    {
        for (int k = 0; k < real.Length; k++)
        {
            // Reduced before it becomes a float: the angle of a far index would lose its last digits.
            double turn = (double)(factor * k % period) / period;
            (double sin, double cos) = Math.SinCos(2 * Math.PI * turn);
            real[k] = (float)cos;
            imaginary[k] = (float)-sin;
        }
    }
}
