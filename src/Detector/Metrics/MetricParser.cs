using System.Globalization;

namespace Thrum.Detector.Metrics;

/// <summary>
/// Recursive-descent parser of the metric grammar:
/// <c>metric = term { "+" term }; term = [ number "*" ] ( name | "fft(" bin { "," bin } ")" ); bin = number ["Hz"] [ ".." number ["Hz"] ]</c>.
/// Blanks do not matter.
/// </summary>
internal sealed class MetricParser(string text)
{
    private const string Names = "mse, mae, sad, lmse or fft(…)";
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
        while (_at < _text.Length && (char.IsAsciiLetter(_text[_at]) || _text[_at] == '-'))
        {
            _at++;
        }

        string name = _text[start.._at];
        switch (name)
        {
            case "mse": return new MetricTerm(weight, MetricKind.Mse, null);
            case "mae": return new MetricTerm(weight, MetricKind.Mae, null);
            case "sad": return new MetricTerm(weight, MetricKind.Sad, null);
            case "lmse": return new MetricTerm(weight, MetricKind.Lmse, null);
            case "fft": return new MetricTerm(weight, MetricKind.Fft, Bins());
            default:
                _at = start;
                throw Fault(Names);
        }
    }

    private BinSelection Bins()
    {
        Take('(');
        var ranges = new List<BinSelection.Range>();
        do
        {
            ranges.Add(Bin());
        }
        while (TryTake(','));
        Take(')');
        return new BinSelection(ranges);
    }

    private BinSelection.Range Bin()
    {
        int start = _at;
        double from = Number();
        bool hertz = TryTakeHertz();
        bool band = _text.AsSpan(_at).StartsWith("..");
        double to = from;
        if (band)
        {
            _at += 2;
            to = Number();
            bool second = TryTakeHertz();
            if (second != hertz)
            {
                throw Fault("the same unit at both ends of the band");
            }
        }

        if (!hertz && (from != Math.Floor(from) || to != Math.Floor(to)))
        {
            _at = start;
            throw Fault("a whole bin number, or a frequency with Hz");
        }

        return new BinSelection.Range(from, to, hertz, band);
    }

    private double Number()
    {
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || (_text[_at] == '.' && !_text.AsSpan(_at).StartsWith(".."))))
        {
            _at++;
        }

        if (double.TryParse(_text.AsSpan(start, _at - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && double.IsFinite(value))
        {
            return value;
        }

        _at = start;
        throw Fault("a number");
    }

    private bool TryTakeHertz()
    {
        bool found = _text.AsSpan(_at).StartsWith("Hz", StringComparison.OrdinalIgnoreCase);
        _at += found ? 2 : 0;
        return found;
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
