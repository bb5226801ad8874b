using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Thrum.Training.Models;

/// <summary>Reads model descriptions: <c>dense:256-128-32-128-256</c>, optionally with the hidden layers' activation after a comma.</summary>
internal static class ArchitectureParser
{
    private const string Expected = "expected dense:<window>-<hidden>-…-<window>, optionally ',relu', ',tanh' or ',sigmoid', such as dense:256-128-32-128-256";
    private const int MaxWidth = 1 << 20;

    public static bool TryParse(string text, [NotNullWhen(true)] out Architecture? architecture, [NotNullWhen(false)] out string? fault)
    {
        architecture = null;
        string[] kindAndRest = text.Split(':');
        if (kindAndRest.Length != 2 || kindAndRest[0] != "dense")
        {
            fault = $"Model is '{text}'; {Expected}";
            return false;
        }

        string[] parts = kindAndRest[1].Split(',');
        if (parts.Length > 2 || !TryParseActivation(parts, out Activation activation))
        {
            fault = $"Model is '{text}', with an unknown activation; {Expected}";
            return false;
        }

        int[] widths = new int[parts[0].Count('-') + 1];
        string[] words = parts[0].Split('-');
        for (int i = 0; i < words.Length; i++)
        {
            if (!int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out widths[i]) || widths[i] is < 1 or > MaxWidth)
            {
                fault = $"Model is '{text}': '{words[i]}' is no layer width between 1 and {MaxWidth}; {Expected}";
                return false;
            }
        }

        if (widths.Length < 3 || widths[0] != widths[^1])
        {
            fault = $"Model is '{text}': at least one hidden layer, and the same width first and last, are needed; {Expected}";
            return false;
        }

        architecture = new DenseArchitecture(widths, activation);
        fault = null;
        return true;
    }

    private static bool TryParseActivation(string[] parts, out Activation activation)
    {
        string name = parts.Length == 2 ? parts[1] : "relu";
        (bool known, activation) = name switch
        {
            "relu" => (true, Activation.Relu),
            "tanh" => (true, Activation.Tanh),
            "sigmoid" => (true, Activation.Sigmoid),
            _ => (false, Activation.Relu),
        };
        return known;
    }
}
