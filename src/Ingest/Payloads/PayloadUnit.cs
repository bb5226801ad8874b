using System.Text;
using Thrum.Spectral.Units;

namespace Thrum.Ingest.Payloads;

/// <summary>Reads units from UTF-8 text, without allocation.</summary>
internal static class PayloadUnit
{
    private static readonly (byte[] Symbol, VibrationUnit Unit)[] Symbols =
    [
        .. new[] { "g", "m/s2", "m/s²", "m/s^2", "mm/s", "um", "µm", "μm" }.Select(symbol => (Encoding.UTF8.GetBytes(symbol), VibrationUnits.Parse(symbol)!.Value)),
    ];

    /// <summary>The unit of a symbol as <see cref="VibrationUnits.Parse"/> takes it; null for any other.</summary>
    public static VibrationUnit? Parse(ReadOnlySpan<byte> symbol)
    {
        foreach ((byte[] known, VibrationUnit unit) in Symbols)
        {
            if (symbol.SequenceEqual(known))
            {
                return unit;
            }
        }

        return null;
    }

    /// <summary>What a number in one unit is multiplied by to be in another; null where they are of different quantities.</summary>
    public static float? Factor(VibrationUnit from, VibrationUnit to) => VibrationUnits.Derivative(from) == VibrationUnits.Derivative(to)
        ? (float)(VibrationUnits.ToSi(from) / VibrationUnits.ToSi(to))
        : null;
}
