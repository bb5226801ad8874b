using System.Globalization;

namespace Thrum.Ingest.Recordings;

/// <summary>The times of a table's rows: dates, seconds, or seconds, milli-, micro- or nanoseconds since 1970.</summary>
internal sealed class CsvClock
{
    /// <summary>So many steps tell what is usual.</summary>
    public const int MostSteps = 1 << 16;

    private readonly List<double> _steps = [];
    private (double Least, double Greatest) _range = (double.PositiveInfinity, double.NegativeInfinity);
    private (double First, double Last) _seconds;
    private double _gapSeconds;
    private long _rows;
    private double? _firstNumber;
    private double _unit = 1;

    /// <summary>Time of the first row, where it has a date.</summary>
    public DateTimeOffset? Start { get; private set; }

    /// <summary>What is a gap; without it nothing is.</summary>
    public UsualStep? Usual { get; set; }

    /// <summary>Rows up to now that a gap is before.</summary>
    public int Gaps { get; private set; }

    /// <summary>Samples that are missing just before the newest row.</summary>
    public long Missing { get; private set; }

    /// <summary>The first steps.</summary>
    public IReadOnlyList<double> Steps => _steps;

    /// <summary>Whether the steps are alike, but for gaps: only then the clock tells the rate well.</summary>
    public bool IsRegular => UsualStep.Median(_steps) is var median && _range.Least > 0.5 * median && _range.Greatest < 1.5 * median;

    /// <summary>
    /// One over the usual step: the mean step where all but gaps are alike, else the median (of the first ones, where there are very many). Of the numbers that the times do not tell apart, the
    /// one with the fewest digits. Null where there is none or time stands still.
    /// </summary>
    public double? RateHz()
    {
        if (_rows - Gaps < 2)
        {
            return null;
        }

        double seconds = _seconds.Last - _seconds.First - _gapSeconds, mean = seconds / (_rows - 1 - Gaps);
        bool regular = IsRegular;
        double step = regular ? mean : UsualStep.Median(_steps);

        // Each stretch between gaps may be off at both its ends by as much as a step is from the others.
        double uncertainty = regular ? 2 * (1 + Gaps) * Math.Max(_range.Greatest - mean, mean - _range.Least) / seconds : 0;
        return step > 0 && double.IsFinite(1 / step) ? Shortest(1 / step, uncertainty) : null;
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
        Missing = Usual?.MissingIn(step) ?? 0;
        if (Missing > 0)
        {
            Gaps++;
            _gapSeconds += step;
            return;
        }

        _range = (Math.Min(_range.Least, step), Math.Max(_range.Greatest, step));
        if (_steps.Count < MostSteps)
        {
            _steps.Add(step);
        }
    }

    /// <summary>
    /// Times in decimals give 1000.0000000001 Hz where 1000 is meant. How far off the rate may be, the unevenness of the steps over the whole time says; 10⁻⁵ is far below what makes a rate another.
    /// </summary>
    private static double Shortest(double rate, double uncertainty)
    {
        double most = Math.Clamp(uncertainty, 1e-9, 1e-5) * rate;
        for (int digits = 1; digits <= 15; digits++)
        {
            double rounded = double.Parse(rate.ToString("E" + (digits - 1), CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (Math.Abs(rounded - rate) <= most)
            {
                return rounded;
            }
        }

        return rate;
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
