using System.Globalization;

namespace Thrum.Gateway.Cli;

/// <summary>Changes as people read them: with a sign, and with none where nothing is left after rounding.</summary>
internal static class SignedText
{
    /// <param name="value">What changed; NaN stays a word.</param>
    /// <param name="decimals">Digits behind the point.</param>
    public static string Of(double value, int decimals)
    {
        // Rounded first: a format with sections takes that of the sign before rounding and writes "-+0.0".
        double rounded = Math.Round(value, decimals);
        string digits = Math.Abs(rounded).ToString(string.Create(CultureInfo.InvariantCulture, $"F{decimals}"), CultureInfo.InvariantCulture);
        return rounded switch { > 0 => "+" + digits, < 0 => "-" + digits, _ => digits };
    }
}
