namespace Thrum.Training.Data;

/// <summary>Shares of the samples; they sum to 1.</summary>
/// <param name="Train">For the gradient steps and the normaliser.</param>
/// <param name="Validation">For early stopping.</param>
/// <param name="Calibration">For the distribution of healthy scores; 0 if not needed.</param>
public readonly record struct SplitFractions(double Train, double Validation, double Calibration)
{
    /// <summary>60 % training, 20 % validation, 20 % calibration.</summary>
    public static SplitFractions Default => new(0.6, 0.2, 0.2);
}
