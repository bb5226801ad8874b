using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace Thrum.Gateway.Cli;

/// <summary>
/// Where commands write: tables and progress for people, or with <c>--json</c> one JSON document on standard output and nothing
/// else there. Faults and notes go to standard error.
/// </summary>
internal static class Terminal
{
    // Letters as they are: what guards a document inside a web page has no place in a terminal or pipe. Control characters stay escaped.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int RedirectedWidth = 1000;

    /// <summary>Standard error, for notes and progress, so that standard output can be piped.</summary>
    public static IAnsiConsole Error { get; } = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>Standard output, for results.</summary>
    public static IAnsiConsole Out { get; } = OpenOut();

    /// <summary>True when people watch standard error.</summary>
    public static bool IsInteractive => !Console.IsErrorRedirected;

    private static IAnsiConsole OpenOut()
    {
        if (Console.IsOutputRedirected)
        {
            // A file or pipe has no width: nothing is to be wrapped for a terminal that is not there.
            IAnsiConsole plain = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
            plain.Profile.Width = RedirectedWidth;
            return plain;
        }

        return AnsiConsole.Console;
    }

    public static void WriteJson(object document) => Console.Out.WriteLine(ToJson(document));

    /// <summary>What <see cref="WriteJson"/> writes.</summary>
    internal static string ToJson(object document) => JsonSerializer.Serialize(document, Json);

    public static void Fault(string sentence) => Console.Error.WriteLine($"thrum: {sentence}");

    /// <summary>What is not as it should be although the work is done.</summary>
    public static void Warn(IEnumerable<string> sentences)
    {
        foreach (string sentence in sentences)
        {
            Note($"warning: {sentence}");
        }
    }

    public static void Note(string sentence) => Console.Error.WriteLine(sentence);
}
