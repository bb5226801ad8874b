using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Thrum.Training.Models;

/// <summary>
/// Reads model descriptions, <c>kind:sizes[,option…]</c>: <c>dense:256-128-32-128-256</c>, <c>conv1d:256-16-32-64/32</c>,
/// <c>conv2d:28x28-16-32-64/16,out=sigmoid</c>, <c>lstm:16x16-32</c>.
/// </summary>
internal static class ArchitectureParser
{
    private const string Expected =
        "expected dense:<window>-<hidden>-…-<window>, conv1d:[<axes>x]<window>-<features>-…[/<code>], conv2d:[<planes>x]<height>x<width>-<features>-…[/<code>] "
        + "or lstm:<steps>x<values>-<hidden>, then options after commas: relu, leaky, elu, selu, tanh, sigmoid or linear, out=<one of them>, "
        + "batchnorm, layernorm, dropout=<share>, tied, kernel=<size>, stride=<step>; such as dense:256-128-32-128-256";

    public static bool TryParse(string text, [NotNullWhen(true)] out Architecture? architecture, [NotNullWhen(false)] out string? fault)
    {
        try
        {
            architecture = Parse(text);
            fault = null;
            return true;
        }
        catch (FormatException e)
        {
            architecture = null;
            fault = $"Model is '{text}'{e.Message}; {Expected}";
            return false;
        }
    }

    private static Architecture Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string kind = colon < 0 ? "" : text[..colon];
        string[] parts = text[(colon + 1)..].Split(',');
        NetworkStyle style = StyleParser.Parse(kind, parts.AsSpan(1));
        string[] sizesAndCode = parts[0].Split('/');
        bool isConvolution = kind is "conv1d" or "conv2d";
        if (sizesAndCode.Length > (isConvolution ? 2 : 1))
        {
            throw new FormatException(": '/' stands once, before the code of a convolutional network");
        }

        string[] sizes = sizesAndCode[0].Split('-');
        int[] first = Whole(sizes[0].Split('x'));
        int[] rest = Whole(sizes.AsSpan(1));
        int? code = sizesAndCode.Length == 2 ? Whole([sizesAndCode[1]])[0] : null;
        return kind switch
        {
            "dense" when first.Length == 1 => DenseNetwork.Create([first[0], .. rest], style),
            "conv1d" when first.Length is 1 or 2 => ConvNetwork.Create(kind, Padded(first, 2), rest, code, style),
            "conv2d" when first.Length is 2 or 3 => ConvNetwork.Create(kind, Padded(first, 3), rest, code, style),
            "lstm" when first.Length == 2 => LstmNetwork.Create(first[0], first[1], rest, style),
            _ => throw new FormatException(""),
        };
    }

    /// <summary>One plane or axis when the text names none.</summary>
    private static int[] Padded(int[] sizes, int length) => sizes.Length == length ? sizes : [1, .. sizes];

    private static int[] Whole(ReadOnlySpan<string> words)
    {
        const int max = 1 << 20;
        int[] numbers = new int[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            if (!int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]) || numbers[i] is < 1 or > max)
            {
                throw new FormatException($": '{words[i]}' is no size between 1 and {max}");
            }
        }

        return numbers;
    }
}
