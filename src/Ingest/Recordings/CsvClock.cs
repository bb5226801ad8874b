using System.Globalization;

namespace Thrum.Ingest.Recordings;

/// <summary>The times of a table's rows: dates, seconds, or seconds, milli-, micro- or nanoseconds since 1970.</summary>
internal sealed class CsvClock
{
    // So many steps tell what is usual.
    private const int MostSteps = 1 << 16;

    private readonly List<double> _steps = [];
    private (double Least, double Greatest) _range = (double.PositiveInfinity, double.NegativeInfinity);
    private (double First, double Last) _seconds;
    private long _rows;
    private double? _firstNumber;
    private double _unit = 1;

    /// <summary>Time of the first row, where it has a date.</summary>
    public DateTimeOffset? Start { get; private set; }

    /// <summary>
    /// One over the usual step: the mean step where all are alike, else the median (of the first ones, where there are very many), which a few gaps do not move. Null where there is
    /// none or time stands still.
    /// </summary>
    public double? RateHz()
    {
        if (_rows < 2)
        {
            return null;
        }

        double[] steps = [.. _steps];
        double mean = (_seconds.Last - _seconds.First) / (_rows - 1);
        Array.Sort(steps);
        double median = steps[steps.Length / 2];
        bool regular = _range.Least > 0.5 * median && _range.Greatest < 1.5 * median;
        double step = regular ? mean : median;
        return step > 0 && double.IsFinite(1 / step) ? 1 / step : null;
    }

    /// <summary>The next row's time. False where the cell holds none, or another kind than the first row.</summary>
    public bool TryAdd(string cell, CsvDialect dialect)
    {
        bool first = _rows == 0;
        if ((first || _firstNumber is not null) && dialect.TryNumber(cell, out double number) && double.IsFinite(number))
        {
            if (first)
            {
                SetOrigin(number);
            }

            Add((number - _firstNumber.GetValueOrDefault()) * _unit);
            return true;
        }

        if (_firstNumber is not null || !TryDate(cell, out DateTimeOffset date))
        {
            return false;
        }

        Start ??= date;
        Add((date - Start.Value).TotalSeconds);
        return true;
    }

    /// <summary>A date with or without a zone; without one it counts as UTC.</summary>
    public static bool TryDate(string cell, out DateTimeOffset date) => DateTimeOffset.TryParse(
        cell, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out date);

    private void Add(double seconds)
    {
        if (_rows++ == 0)
        {
            _seconds = (seconds, seconds);
            return;
        }

        double step = seconds - _seconds.Last;
        _seconds.Last = seconds;
        _range = (Math.Min(_range.Least, step), Math.Max(_range.Greatest, step));
        if (_steps.Count < MostSteps)
        {
            _steps.Add(step);
        }
    }

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
