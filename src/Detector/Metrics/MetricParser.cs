using System.Globalization;
using Thrum.Spectral.Spectra;

namespace Thrum.Detector.Metrics;

/// <summary>
/// Recursive-descent parser of the metric grammar, which <c>docs/metrics.md</c> gives in full:
/// <c>metric = term { "+" term }; term = [ number "*" ] ( name | name "(" arguments ")" )</c>. Blanks do not matter.
/// </summary>
internal sealed class MetricParser(string text)
{
    private const string Names = "mse, mae, sad, lmse, lmse-max, msle, relative, fl(…), exceedance(…) or fft(…)";
    private const string Flippable = "mse, mae, msle or relative";
    private readonly string _text = string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
    private int _at;

    public MetricExpression Parse()
    {
        var terms = new List<MetricTerm> { Term() };
        while (TryTake('+'))
        {
            terms.Add(Term());
        }

        return _at == _text.Length ? new MetricExpression(_text, terms) : throw Fault("'+' or the end");
    }

    private MetricTerm Term()
    {
        double weight = 1;
        if (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] == '.'))
        {
            weight = Number();
            Take('*');
        }

        int start = _at;
        string name = Name();
        switch (name)
        {
            case "fft": return new MetricTerm(weight, MetricKind.Fft) { Bins = Bins() };
            case "fl": return new MetricTerm(weight, MetricKind.Flipped) { Inner = Inner() };
            case "exceedance": return new MetricTerm(weight, MetricKind.Exceedance) { Exceedance = Exceedance() };
            default:
                if (Plain(name) is { } kind)
                {
                    return new MetricTerm(weight, kind);
                }

                _at = start;
                throw Fault(Names);
        }
    }

    private static MetricKind? Plain(string name) => name switch
    {
        "mse" => MetricKind.Mse,
        "mae" => MetricKind.Mae,
        "sad" => MetricKind.Sad,
        "lmse" => MetricKind.Lmse,
        "lmse-max" => MetricKind.LmseMax,
        "msle" => MetricKind.Msle,
        "relative" => MetricKind.Relative,
        _ => null,
    };

    private string Name()
    {
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '-'))
        {
            _at++;
        }

        return _text[start.._at];
    }

    private MetricKind Inner()
    {
        Take('(');
        int start = _at;
        if (Plain(Name()) is not ({ } kind and (MetricKind.Mse or MetricKind.Mae or MetricKind.Msle or MetricKind.Relative)))
        {
            _at = start;
            throw Fault(Flippable);
        }

        Take(')');
        return kind;
    }

    private ExceedanceSpec Exceedance()
    {
        Take('(');
        double threshold = Number();
        Take(',');
        int start = _at;
        string norm = Name();
        if (norm is not ("l1" or "l2"))
        {
            _at = start;
            throw Fault("l1 or l2");
        }

        Take(')');
        return new ExceedanceSpec(threshold, norm == "l2");
    }

    private BinSelection Bins()
    {
        Take('(');
        var ranges = new List<BinRange>();
        do
        {
            ranges.Add(Bin());
        }
        while (TryTake(','));
        Take(')');
        return new BinSelection(ranges);
    }

    private BinRange Bin()
    {
        int start = _at;
        double from = Number();
        BinUnit unit = Unit();
        bool band = _text.AsSpan(_at).StartsWith("..");
        double to = from;
        if (band)
        {
            _at += 2;
            to = Number();
            if (Unit() != unit)
            {
                throw Fault("the same unit at both ends of the band");
            }
        }

        if (unit == BinUnit.Index && (from != Math.Floor(from) || to != Math.Floor(to)))
        {
            _at = start;
            throw Fault("a whole bin number, a frequency with Hz or an order with x");
        }

        return new BinRange(from, to, unit, band);
    }

    private double Number()
    {
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || (_text[_at] == '.' && !_text.AsSpan(_at).StartsWith(".."))))
        {
            _at++;
        }

        TakeExponent();
        if (double.TryParse(
                _text.AsSpan(start, _at - start),
                NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out double value)
            && double.IsFinite(value))
        {
            return value;
        }

        _at = start;
        throw Fault("a number");
    }

    private void TakeExponent()
    {
        int at = _at + 1;
        if (_at == _text.Length || _text[_at] != 'e')
        {
            return;
        }

        at += at < _text.Length && _text[at] is '-' ? 1 : 0;
        while (at < _text.Length && char.IsAsciiDigit(_text[at]))
        {
            _at = ++at;
        }
    }

    private BinUnit Unit()
    {
        if (_text.AsSpan(_at).StartsWith("Hz", StringComparison.OrdinalIgnoreCase))
        {
            _at += 2;
            return BinUnit.Hertz;
        }

        return TryTake('x') ? BinUnit.Order : BinUnit.Index;
    }

    private bool TryTake(char c)
    {
        bool found = _at < _text.Length && _text[_at] == c;
        _at += found ? 1 : 0;
        return found;
    }

    private void Take(char c)
    {
        if (!TryTake(c))
        {
            throw Fault($"'{c}'");
        }
    }

    private FormatException Fault(string expected)
    {
        string found = _at == _text.Length ? "the end" : $"'{_text[_at..]}'";
        return new FormatException($"metric '{_text}': expected {expected} at position {_at + 1}, found {found}");
    }
}
