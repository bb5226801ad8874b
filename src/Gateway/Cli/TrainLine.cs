using System.CommandLine;
using System.CommandLine.Parsing;
using Thrum.Training.Search;

namespace Thrum.Gateway.Cli;

/// <summary>The command that trains the model of a search's point: the words of the search that train knows too, with the point's values in their place.</summary>
internal static class TrainLine
{
    /// <summary>The command, ready for a shell.</summary>
    /// <param name="parsed">The search.</param>
    /// <param name="files">Its recordings.</param>
    /// <param name="shared">The options that both commands have.</param>
    /// <param name="objective">What points were compared by, where the search says it: the score of the model then.</param>
    /// <param name="point">The point.</param>
    /// <param name="output">The model to write.</param>
    public static string Of(ParseResult parsed, IReadOnlyList<string> files, IReadOnlyList<Option> shared, Option<string> objective, SearchPoint point, string output)
    {
        List<string> words = ["thrum", "train", .. files, "-o", output];
        foreach (OptionResult given in shared.Select(parsed.GetResult).OfType<OptionResult>().Where(result => !result.Implicit && !point.Names.Contains(result.Option.Name.TrimStart('-'))))
        {
            words.AddRange([given.Option.Name, .. given.Tokens.Select(token => token.Value)]);
        }

        words.AddRange(point.Names.Zip(point.Values).SelectMany(pair => (string[])[$"--{pair.First}", pair.Second]));
        if (parsed.GetResult(objective) is { Implicit: false })
        {
            words.AddRange(["--metrics", parsed.GetValue(objective)!]);
        }

        return string.Join(' ', words.Select(Quoted));
    }

    /// <summary>As a shell leaves it: in single quotes, where it holds anything that a shell could read.</summary>
    internal static string Quoted(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '/' or ':' or ',' or '=' or '+' or '@' or '%')
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
