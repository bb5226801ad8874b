namespace Thrum.Spectral.Filters;

/// <summary>Second-order sections in direct form II transposed; two doubles of state per section.</summary>
internal static class SectionKernel
{
    // Far below the least float32, far above the least normal double: arithmetic on subnormal numbers is slow.
    private const double Silence = 1e-200;

    /// <summary>Filters in place, section after section.</summary>
    public static void Run(ReadOnlySpan<Biquad> sections, Span<double> state, Span<double> samples)
    {
        for (int j = 0; j < sections.Length; j++)
        {
            (double b0, double b1, double b2, double a1, double a2) = sections[j];
            double first = state[2 * j];
            double second = state[(2 * j) + 1];
            foreach (ref double sample in samples)
            {
                double x = sample;
                double y = (b0 * x) + first;
                first = (b1 * x) - (a1 * y) + second;
                second = (b2 * x) - (a2 * y);
                sample = y;
            }

            state[2 * j] = Math.Abs(first) < Silence ? 0 : first;
            state[(2 * j) + 1] = Math.Abs(second) < Silence ? 0 : second;
        }
    }

    /// <summary>The state after a constant input for ever: y = g·x, then first = y − b0·x and second = b2·x − a2·y.</summary>
    public static void Settle(ReadOnlySpan<Biquad> sections, double level, Span<double> state)
    {
        for (int j = 0; j < sections.Length; j++)
        {
            double output = sections[j].DcGain * level;
            state[2 * j] = output - (sections[j].B0 * level);
            state[(2 * j) + 1] = (sections[j].B2 * level) - (sections[j].A2 * output);
            level = output;
        }
    }
}
