namespace Thrum.Detector.Calibration;

/// <summary>
/// The generalised Pareto distribution of excesses y ≥ 0 over a threshold: P(Y &gt; y) = (1 + ξy/σ)^(−1/ξ), exp(−y/σ) for ξ = 0
/// (Pickands 1975). It ends at −σ/ξ when ξ &lt; 0.
/// </summary>
/// <param name="Shape">ξ: 0 for an exponential tail, positive for a heavier one.</param>
/// <param name="Scale">σ &gt; 0, in the unit of the excesses.</param>
internal readonly record struct GeneralisedPareto(double Shape, double Scale)
{
    // Below it (1 + ξy/σ)^(−1/ξ) loses its digits, and the exponential form differs by less than they are worth.
    private const double SmallestShape = 1e-7;

    /// <summary>ln P(Y &gt; y); −∞ beyond the end.</summary>
    public double LogSurvival(double excess)
    {
        double z = Shape * excess / Scale;
        return Math.Abs(Shape) < SmallestShape ? -excess / Scale : z <= -1 ? double.NegativeInfinity : -Math.Log(1 + z) / Shape;
    }

    /// <summary>The excess that is exceeded with the probability e^<paramref name="logSurvival"/>.</summary>
    public double Excess(double logSurvival) =>
        Math.Abs(Shape) < SmallestShape ? -Scale * logSurvival : Scale * (Math.Exp(-Shape * logSurvival) - 1) / Shape;

    /// <summary>Σ ln density of the excesses; −∞ when one lies beyond the end.</summary>
    public double LogLikelihood(ReadOnlySpan<double> excesses)
    {
        double sum = 0;
        foreach (double excess in excesses)
        {
            sum += LogSurvival(excess);
        }

        // The density is S(y)^(1+ξ) / σ.
        return double.IsNegativeInfinity(sum) ? sum : ((1 + Shape) * sum) - (excesses.Length * Math.Log(Scale));
    }

    /// <summary>
    /// Anderson-Darling distance A² of the excesses from this distribution: −m − Σ (2i − 1)(ln F(yᵢ) + ln(1 − F(yₘ₊₁₋ᵢ)))/m.
    /// </summary>
    /// <param name="descending">Excesses, greatest first.</param>
    public double AndersonDarling(ReadOnlySpan<double> descending)
    {
        const double leastProbability = 1e-300;
        int count = descending.Length;
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            double logSurvival = LogSurvival(descending[i]);
            double logCumulative = Math.Log(Math.Max(-double.ExpM1(LogSurvival(descending[count - 1 - i])), leastProbability));
            sum += ((2 * i) + 1) * (Math.Max(logSurvival, -700) + logCumulative);
        }

        return -count - (sum / count);
    }
}
