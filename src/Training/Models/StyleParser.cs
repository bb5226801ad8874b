using System.Globalization;

namespace Thrum.Training.Models;

/// <summary>Reads the options of a model description.</summary>
internal static class StyleParser
{
    /// <summary>The options that a kind of network takes, for messages.</summary>
    public static string Forms(string kind) => kind switch
    {
        "lstm" => "out=<relu, leaky, elu, selu, tanh, sigmoid or linear>, dropout=<share below 1>",
        _ => "relu, leaky, elu, selu, tanh, sigmoid or linear, out=<one of them>, batchnorm or layernorm, dropout=<share below 1>, tied"
            + (kind is "conv1d" or "conv2d" ? ", kernel=<size>, stride=<at most the kernel>" : ""),
    };

    /// <exception cref="FormatException">An option is unknown, given twice, or does not go with this kind of network.</exception>
    public static NetworkStyle Parse(string kind, ReadOnlySpan<string> options)
    {
        var style = new NetworkStyle();
        var seen = new HashSet<string>();
        foreach (string option in options)
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? option : option[..equals];
            string value = equals < 0 ? "" : option[(equals + 1)..];
            string duty = TryActivation(name, out _) ? "activation" : name is "batchnorm" or "layernorm" ? "norm" : name;
            if (!seen.Add(duty))
            {
                throw new FormatException($": '{option}' is a second {duty}");
            }

            style = Apply(style, option, name, value);
        }

        bool isConvolution = kind is "conv1d" or "conv2d";
        Refuse(kind, seen, isConvolution ? [] : ["kernel", "stride"]);
        Refuse(kind, seen, kind == "lstm" ? ["tied", "activation", "norm"] : []);
        return style;
    }

    /// <summary>A description with another function after its hidden layers than it has: leaky, or elu for leaky; null for a kind that takes none.</summary>
    public static string? WithOtherActivation(string description)
    {
        string[] parts = description.Split(',');
        string other = parts.Contains("leaky") ? "elu" : "leaky";
        return parts[0].StartsWith("lstm:", StringComparison.Ordinal) ? null : string.Join(',', [.. parts.Where(part => !TryActivation(part, out _)), other]);
    }

    private static NetworkStyle Apply(NetworkStyle style, string option, string name, string value) => name switch
    {
        "batchnorm" when value == "" => style with { Norm = NormKind.Batch },
        "layernorm" when value == "" => style with { Norm = NormKind.Layer },
        "tied" when value == "" => style with { IsTied = true },
        "out" when TryActivation(value, out Activation output) => style with { Output = output },
        "dropout" when double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double rate) && rate < 1 => style with { Dropout = rate },
        "kernel" when TryWhole(value, out int kernel) => style with { Kernel = kernel },
        "stride" when TryWhole(value, out int stride) => style with { Stride = stride },
        _ when value == "" && TryActivation(name, out Activation hidden) => style with { Hidden = hidden },
        _ => throw new FormatException($": '{option}' is no option"),
    };

    private static void Refuse(string kind, HashSet<string> seen, ReadOnlySpan<string> unfit)
    {
        foreach (string duty in unfit)
        {
            if (seen.Contains(duty))
            {
                throw new FormatException($": {kind} takes no {duty}");
            }
        }
    }

    private static bool TryWhole(string text, out int number)
    {
        const int max = 63;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is >= 1 and <= max;
    }

    private static bool TryActivation(string name, out Activation activation)
    {
        (bool known, activation) = name switch
        {
            "relu" => (true, Activation.Relu),
            "leaky" => (true, Activation.Leaky),
            "elu" => (true, Activation.Elu),
            "selu" => (true, Activation.Selu),
            "tanh" => (true, Activation.Tanh),
            "sigmoid" => (true, Activation.Sigmoid),
            "linear" => (true, Activation.None),
            _ => (false, Activation.None),
        };
        return known;
    }
}
