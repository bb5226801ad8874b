using System.CommandLine;
using System.CommandLine.Parsing;
using System.Numerics;

namespace Thrum.Gateway.Cli;

/// <summary>What is wrong with a command line, in sentences that name what was written and what it was taken for.</summary>
internal static class ParseFaults
{
    /// <summary>
    /// The faults, each a sentence. None where there are none, and none for a group without one of its commands, which asks for help rather than being wrong.
    /// A mistyped command or option is told alone: what else is missing follows from it.
    /// </summary>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0)
        {
            return parsed.UnmatchedTokens.Count == 0 ? [] : [UnknownCommand(command, parsed.UnmatchedTokens[0])];
        }

        string[] mistyped = [.. Mistyped(parsed).Select(word => UnknownOption(command, word))];
        return mistyped.Length > 0 ? mistyped
            : parsed.Errors.Count == 0 ? []
            : Swallowed(parsed) is { } swallowed ? [swallowed]
            : [.. parsed.Errors.Select(Sentence).Distinct()];
    }

    private static string UnknownCommand(Command group, string word) => word.StartsWith('-')
        ? UnknownOption(group, word)
        : $"unknown command '{word}'{DidYouMean(Nearest.To(word, group.Subcommands.Where(known => !known.Hidden).Select(known => known.Name)), "thrum --help lists them")}";

    private static string UnknownOption(Command command, string word) =>
        $"unknown option '{word}'{DidYouMean(Nearest.To(word.Split('=', ':')[0], Names(command)), $"thrum {Path(command)} --help lists them")}";

    private static string DidYouMean(string? near, string otherwise) => near is null ? $"; {otherwise.Replace("  ", " ", StringComparison.Ordinal)}" : $"; did you mean {(near.StartsWith('-') ? near : $"'{near}'")}?";

    /// <summary>The options of a command by all their names.</summary>
    private static IEnumerable<string> Names(Command command) =>
        command.Options.Concat(command.Parents.OfType<Command>().SelectMany(group => group.Options.Where(option => option.Recursive)))
            .Where(option => !option.Hidden).SelectMany(option => option.Aliases.Prepend(option.Name)).Where(name => name.StartsWith("--", StringComparison.Ordinal));

    private static string Path(Command command) => command is RootCommand ? ""
        : string.Join(' ', command.Parents.OfType<Command>().Where(group => group is not RootCommand).Select(group => group.Name).Append(command.Name));

    /// <summary>
    /// Words that look like options and were taken for the values of others, or for files: arguments in number take whatever is left. What follows <c>--</c> is meant as it stands, and
    /// <c>-5</c> is a number.
    /// </summary>
    private static IEnumerable<string> Mistyped(ParseResult parsed)
    {
        string[] taken = [.. parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value).Concat(parsed.UnmatchedTokens)];
        return parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)
            .Where(token => token.Type == TokenType.Argument && (token.Value is ['-', '-', _, ..] || (token.Value is ['-', var letter, ..] && char.IsLetter(letter) && taken.Contains(token.Value))))
            .Select(token => token.Value).Distinct();
    }

    /// <summary>An option that takes values in number took those of the argument too, which then is missing.</summary>
    private static string? Swallowed(ParseResult parsed)
    {
        if (!parsed.Errors.Any(error => error.SymbolResult is ArgumentResult { Tokens.Count: 0 } or CommandResult))
        {
            return null;
        }

        string? missing = parsed.CommandResult.Command.Arguments.FirstOrDefault(argument => argument.Arity.MinimumNumberOfValues > 0 && (parsed.GetResult(argument)?.Tokens.Count ?? 0) == 0)?.Name;
        OptionResult? greedy = parsed.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(option => option.Option.AllowMultipleArgumentsPerToken && option.Tokens.Count > 0);
        return missing is null || greedy is null ? null
            : $"no {missing} are given: {greedy.Option.Name} takes all that follows it and took {string.Join(", ", greedy.Tokens.Select(token => token.Value))}; write the {missing} first, or another option between";
    }

    private static string Sentence(ParseError error) => error.SymbolResult switch
    {
        // A parser of our own has said already what it expected.
        OptionResult { Option: var option, Tokens.Count: > 0 } result when IsConversion(error) => Unfit(option.Name, result, option.ValueType),
        ArgumentResult { Argument: var argument, Tokens.Count: > 0 } result when IsConversion(error) =>
            result.Parent is OptionResult owner ? Unfit(owner.Option.Name, result, owner.Option.ValueType) : Unfit(argument.Name, result, argument.ValueType),
        _ => string.Join(' ', error.Message.Split((char[])['\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries)),
    };

    // The parser's own words name types of .NET.
    private static bool IsConversion(ParseError error) => error.Message.Contains(" as expected type ", StringComparison.Ordinal);

    private static string Unfit(string name, SymbolResult result, Type type)
    {
        Type value = type.IsArray ? type.GetElementType()! : Nullable.GetUnderlyingType(type) ?? type;
        string text = result.Tokens[0].Value;
        return $"{name} is '{text}', expected {Expected(value, text)}";
    }

    private static string Expected(Type type, string text) =>
        type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type).Select(OptionFactory.Hyphenated))}"
        : type == typeof(int) || type == typeof(long) ? BigInteger.TryParse(text, out _) ? "a smaller whole number" : "a whole number"
        : type == typeof(double) ? "a number"
        : type == typeof(DateTimeOffset) ? "a time such as 2026-01-31T12:00:00Z"
        : type == typeof(Guid) ? "an id such as 018f2f6e-7b1c-7000-8000-0123456789ab"
        : "a value that can be read";
}
