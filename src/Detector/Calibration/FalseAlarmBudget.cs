using System.Globalization;

namespace Thrum.Detector.Calibration;

/// <summary>How often one rule on one axis may be raised by a healthy machine: a number per unit of measured time, <c>1/month</c>.</summary>
/// <param name="Count">Alarms per unit, positive.</param>
/// <param name="Unit">Name of the unit: hour, day, week, month (30.4375 days) or year (365.25 days).</param>
/// <param name="HoursPerUnit">Its length.</param>
public readonly record struct FalseAlarmBudget(double Count, string Unit, double HoursPerUnit)
{
    private static readonly Dictionary<string, double> Hours =
        new() { ["hour"] = 1, ["day"] = 24, ["week"] = 168, ["month"] = 730.5, ["year"] = 8766 };

    /// <summary>Alarms per hour.</summary>
    public double PerHour => Count / HoursPerUnit;

    /// <summary>Reads <c>1/month</c>, <c>0.5/day</c>.</summary>
    /// <exception cref="FormatException">It is not of that form; the message says what was expected.</exception>
    public static FalseAlarmBudget Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split('/');
        return parts.Length == 2 && Hours.TryGetValue(parts[1].Trim(), out double hours)
            && double.TryParse(parts[0], NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double count)
            && count > 0 && double.IsFinite(count)
            ? new FalseAlarmBudget(count, parts[1].Trim(), hours)
            : throw new FormatException($"'{text}': expected a positive number per {string.Join(", ", Hours.Keys)}, such as 1/month");
    }

    /// <summary>A rate per hour in this budget's unit.</summary>
    public double InUnit(double perHour) => perHour * HoursPerUnit;

    /// <summary>As it is written.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count:G6}/{Unit}");
}
