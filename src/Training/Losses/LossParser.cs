using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Thrum.Training.Losses;

/// <summary>Finds a loss by its name.</summary>
internal static class LossParser
{
    public static bool TryParse(string text, double scale, [NotNullWhen(true)] out ReconstructionLoss? loss, [NotNullWhen(false)] out string? fault)
    {
        fault = null;
        loss = text switch
        {
            "mse" => new SquaredLoss(),
            "mae" => new AbsoluteLoss(),
            "lmse" => new LogSquaredLoss(scale),
            _ => null,
        };
        if (loss is null)
        {
            fault = $"Loss is '{text}'; expected mse, mae or lmse";
        }
        else if (text == "lmse" && !(scale > 0 && double.IsFinite(scale)))
        {
            loss = null;
            fault = string.Create(CultureInfo.InvariantCulture, $"LossScale is {scale}; lmse expects a positive number, larger than the differences it is to measure");
        }

        return loss is not null;
    }
}
