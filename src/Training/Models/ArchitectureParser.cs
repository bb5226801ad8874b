using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Thrum.Training.Models;

/// <summary>
/// Reads model descriptions, <c>kind:sizes[,option…]</c>: <c>dense:256-128-32-128-256</c>, <c>conv1d:256-16-32-64/32</c>,
/// <c>conv2d:28x28-16-32-64/16,out=sigmoid</c>, <c>lstm:16x16-32</c>.
/// </summary>
internal static class ArchitectureParser
{
    private const string Kinds = "dense, conv1d, conv2d or lstm";

    private static string? SizesOf(string kind) => kind switch
    {
        "dense" => "dense:<window>-<hidden>-…-<window>, such as dense:256-128-32-128-256",
        "conv1d" => "conv1d:[<axes>x]<window>-<features>-…[/<code>], such as conv1d:256-16-32/32",
        "conv2d" => "conv2d:[<planes>x]<height>x<width>-<features>-…[/<code>], such as conv2d:28x28-16-32-64/16",
        "lstm" => "lstm:<steps>x<values>-<hidden>, such as lstm:16x16-32",
        _ => null,
    };

    /// <summary>Reads a description. A fault quotes it and tells the form of that part alone which is wrong: the kind, the sizes of this kind, or its options.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Architecture? architecture, [NotNullWhen(false)] out string? fault)
    {
        architecture = null;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string kind = colon < 0 ? text : text[..colon];
        if (SizesOf(kind) is not { } form)
        {
            fault = $"Model is '{text}': '{kind}' is no kind of network; expected {Kinds}, such as dense:256-128-32-128-256";
            return false;
        }

        string[] parts = colon < 0 ? [""] : text[(colon + 1)..].Split(',');
        string expected = $"options of {kind}: {StyleParser.Forms(kind)}";
        try
        {
            NetworkStyle style = StyleParser.Parse(kind, parts.AsSpan(1));
            if (style.Stride > style.Kernel)
            {
                fault = string.Create(CultureInfo.InvariantCulture, $"Model is '{text}': stride={style.Stride} with kernel={style.Kernel} would leave samples that no kernel sees; expected a stride of at most the kernel");
                return false;
            }

            expected = form;
            architecture = Create(kind, parts[0], style);
            fault = null;
            return true;
        }
        catch (FormatException e)
        {
            fault = $"Model is '{text}'{e.Message}; expected {expected}";
            return false;
        }
        catch (OverflowException)
        {
            fault = $"Model is '{text}': that makes more weights than can be counted; expected at most {int.MaxValue}";
            return false;
        }
    }

    private static Architecture Create(string kind, string text, NetworkStyle style)
    {
        string[] sizesAndCode = text.Split('/');
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
            _ => throw new FormatException($": '{sizes[0]}' has {first.Length} sizes"),
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
