using static System.FormattableString;

namespace Thrum.Gateway.Workflows;

/// <summary>Windows of a training that were left out because a sample of them is missing or not finite.</summary>
/// <param name="Train">That would have been trained on.</param>
/// <param name="Validation">That would have helped to decide when to stop.</param>
/// <param name="Calibration">That would have set the thresholds, one each hop.</param>
internal sealed record LeftOutWindows(int Train, int Validation, int Calibration)
{
    /// <summary>All of them.</summary>
    public int Total => Train + Validation + Calibration;

    public override string ToString() => Invariant($"windows left out because a sample of them is missing or not finite: {Train} for training, {Validation} for validation, {Calibration} for calibration");
}
