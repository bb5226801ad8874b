namespace Thrum.Detector.Baselines;

/// <summary>
/// Which healthy windows of an axis are kept, by their count: first every <see cref="Stride"/>-th for training, then the last ones without a gap for
/// calibration. A function of settings, rate and window alone, so that any replay keeps the same. Immutable.
/// </summary>
/// <param name="TrainingWindows">Windows kept for training.</param>
/// <param name="Stride">Healthy windows per window kept for training, at least 1.</param>
/// <param name="HeldOutWindows">Windows kept for calibration.</param>
public sealed record LearningPlan(int TrainingWindows, int Stride, int HeldOutWindows)
{
    private const int FewestWindows = 200;

    /// <summary>Windows kept in all.</summary>
    public int KeptWindows => TrainingWindows + HeldOutWindows;

    /// <summary>Healthy windows to be seen.</summary>
    public int SeenWindows => (TrainingWindows * Stride) + HeldOutWindows;

    internal static LearningPlan Of(LearningOptions options, double sampleRateHz, int windowSamples)
    {
        int seen = (int)Math.Clamp(options.Collect.TotalSeconds * sampleRateHz / windowSamples, FewestWindows, 1 << 30);
        int heldOut = Math.Min((int)Math.Round(seen * options.HeldOut), options.MaxHeldOutWindows);
        int stride = (seen - heldOut + options.MaxTrainingWindows - 1) / options.MaxTrainingWindows;
        return new LearningPlan((seen - heldOut) / stride, stride, heldOut);
    }

    /// <summary>Place among the kept windows of the healthy window with this number (from 0); −1 when it is not kept.</summary>
    internal int IndexOf(int seen)
    {
        int training = TrainingWindows * Stride;
        return seen >= training ? seen - training + TrainingWindows : seen % Stride == 0 ? seen / Stride : -1;
    }
}
