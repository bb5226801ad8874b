using System.Globalization;

namespace Thrum.Gateway.Workflows;

/// <summary>From values to places along an axis of a chart, and the round values to write beside it.</summary>
internal sealed class ChartScale
{
    // On a logarithmic axis, how far below the largest value the bottom is at most.
    private const double Decades = 6;

    // A logarithmic axis of fewer decades has ticks at 2 and 5 too.
    private const double FewDecades = 2.5;
    private const int LeastTicks = 3;
    private const int MostDecades = 6;

    private readonly bool _isLog;
    private readonly bool _isWhole;
    private readonly double _floor;
    private readonly double _low;
    private readonly double _high;

    /// <param name="values">What the axis is to hold; what is not finite is left out.</param>
    /// <param name="isLog">Logarithmic; values of 0 and below then stand at the bottom.</param>
    /// <param name="isWhole">Ticks at whole numbers only.</param>
    public ChartScale(IEnumerable<double> values, bool isLog = false, bool isWhole = false)
    {
        double[] all = [.. values.Where(double.IsFinite)];
        double greatest = all.DefaultIfEmpty(0).Max();
        _isLog = isLog && greatest > 0;
        _isWhole = isWhole;
        _floor = _isLog ? Math.Max(all.Where(value => value > 0).Min(), greatest / Math.Pow(10, Decades)) : 0;
        double low = all.Length == 0 ? 0 : all.Min(Transform), high = all.Length == 0 ? 1 : all.Max(Transform);
        (_low, _high) = high > low ? (low, high) : (low - 0.5, high + 0.5);
    }

    /// <summary>Where a value stands: 0 at the low end, 1 at the high one.</summary>
    public double Share(double value) => (Transform(value) - _low) / (_high - _low);

    /// <summary>Round values in the range, about as many as wanted, with what to write.</summary>
    public IEnumerable<(double Share, string Label)> Ticks(int wanted) =>
        (_isLog ? LogTicks(wanted) : Linear(_low, _high, wanted, _isWhole)).Select(value => (Share(value), value.ToString("G4", CultureInfo.InvariantCulture)));

    private double Transform(double value) => _isLog ? Math.Log10(Math.Max(value, _floor)) : value;

    private IReadOnlyList<double> LogTicks(int wanted)
    {
        // A range between two powers of ten may hold two of them only.
        double[] ticks = _high - _low < FewDecades ? [] : Powers([1]);
        ticks = ticks.Length >= LeastTicks ? ticks : Powers([1, 2, 5]);
        return ticks.Length >= LeastTicks ? ticks : Linear(Math.Pow(10, _low), Math.Pow(10, _high), wanted, isWhole: false);
    }

    private double[] Powers(double[] leads)
    {
        double decades = _high - _low;
        int step = (int)Math.Ceiling(decades / MostDecades);
        return
        [
            .. from exponent in Enumerable.Range((int)Math.Floor(_low), (int)Math.Ceiling(decades) + 2)
               where exponent % step == 0
               from lead in leads
               let value = lead * Math.Pow(10, exponent)
               where Math.Log10(value) >= _low - 1e-9 && Math.Log10(value) <= _high + 1e-9
               select value,
        ];
    }

    private static List<double> Linear(double low, double high, int wanted, bool isWhole)
    {
        double raw = (high - low) / wanted, power = Math.Pow(10, Math.Floor(Math.Log10(raw))), lead = raw / power;
        double step = power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
        step = isWhole ? Math.Max(1, step) : step;
        var ticks = new List<double>();
        for (double k = Math.Ceiling(low / step); k * step <= high + (1e-9 * step); k++)
        {
            // A zero without a sign: −0 would be written as such.
            ticks.Add((k * step) + 0.0);
        }

        return ticks;
    }
}
