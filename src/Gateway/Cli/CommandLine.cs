using System.CommandLine;

namespace Thrum.Gateway.Cli;

/// <summary>From the words after <c>thrum</c> to an exit code: help, sentences about what cannot be read, or the command.</summary>
internal static class CommandLine
{
    private const string Help = "--help";

    // Long enough for any drain deadline: a stop must not cut off what is being delivered.
    private static readonly TimeSpan Termination = TimeSpan.FromMinutes(11);

    public static async Task<int> RunAsync(RootCommand root, string[] arguments)
    {
        string[] words = arguments is ["help", .. var of] ? [.. of, Help] : arguments;
        ParseResult parsed = root.Parse(words);
        IReadOnlyList<string> faults = ParseFaults.Of(parsed);
        if (faults.Count > 0)
        {
            foreach (string fault in faults)
            {
                Terminal.Fault(fault);
            }

            return ExitCode.WrongUsage;
        }

        if (parsed.Errors.Count > 0)
        {
            // A group without one of its commands. Nothing was asked for, so what there is to ask for is no result: it goes where faults go.
            await root.Parse([.. words, Help]).InvokeAsync(new InvocationConfiguration { Output = Console.Error }).ConfigureAwait(false);
            return ExitCode.WrongUsage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = Termination }).ConfigureAwait(false);
    }
}
