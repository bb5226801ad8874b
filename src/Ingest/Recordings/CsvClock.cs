using System.Globalization;

namespace Thrum.Ingest.Recordings;

/// <summary>The times of a table's rows: dates, seconds, or seconds, milli-, micro- or nanoseconds since 1970.</summary>
internal sealed class CsvClock
{
    private readonly List<double> _seconds = [];
    private double? _firstNumber;
    private double _unit = 1;

    /// <summary>Time of the first row, where it has a date.</summary>
    public DateTimeOffset? Start { get; private set; }

    /// <summary>
    /// One over the usual step: the mean step where all are alike, else the median, which a few gaps do not move. Null
    /// where there is none or time stands still.
    /// </summary>
    public double? RateHz()
    {
        if (_seconds.Count < 2)
        {
            return null;
        }

        double[] steps = [.. _seconds.Zip(_seconds.Skip(1), (a, b) => b - a)];
        double mean = (_seconds[^1] - _seconds[0]) / steps.Length;
        Array.Sort(steps);
        double median = steps[steps.Length / 2];
        bool regular = steps[0] > 0.5 * median && steps[^1] < 1.5 * median;
        double step = regular ? mean : median;
        return step > 0 && double.IsFinite(1 / step) ? 1 / step : null;
    }

    /// <summary>The next row's time. False where the cell holds none, or another kind than the first row.</summary>
    public bool TryAdd(string cell, CsvDialect dialect)
    {
        bool first = _seconds.Count == 0;
        if ((first || _firstNumber is not null) && dialect.TryNumber(cell, out double number) && double.IsFinite(number))
        {
            if (first)
            {
                SetOrigin(number);
            }

            _seconds.Add((number - _firstNumber.GetValueOrDefault()) * _unit);
            return true;
        }

        if (_firstNumber is not null || !TryDate(cell, out DateTimeOffset date))
        {
            return false;
        }

        Start ??= date;
        _seconds.Add((date - Start.Value).TotalSeconds);
        return true;
    }

    /// <summary>A date with or without a zone; without one it counts as UTC.</summary>
    public static bool TryDate(string cell, out DateTimeOffset date) => DateTimeOffset.TryParse(
        cell, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out date);

    private void SetOrigin(double number)
    {
        _firstNumber = number;

        // 10^8 s is 1973: what is greater counts from 1970, and its size tells the unit.
        _unit = number switch { < 1e11 => 1, < 1e14 => 1e-3, < 1e17 => 1e-6, _ => 1e-9 };
        double sinceEpoch = number * _unit;
        if (number >= 1e8 && sinceEpoch < 1e11)
        {
            Start = DateTimeOffset.UnixEpoch.AddTicks((long)(sinceEpoch * TimeSpan.TicksPerSecond));
        }
    }
}
