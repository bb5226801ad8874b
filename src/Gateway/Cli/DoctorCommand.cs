using System.CommandLine;
using Spectre.Console;
using Thrum.Gateway.Doctor;
using Thrum.Gateway.Hosting;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum doctor</c>: looks at a configuration and everything it needs, and says what to do.</summary>
internal static class DoctorCommand
{
    public static Command Create(TimeProvider time)
    {
        var file = new Argument<string>("file") { Description = "The configuration file", DefaultValueFactory = _ => "thrum.json" };
        Option<string[]> set = OptionFactory.Set();
        var bundle = new Option<string?>("--bundle") { Description = "Also write what was found to a ZIP file, without secrets, for whoever is asked for help" };
        var log = new Option<string?>("--log") { Description = "A log file of the gateway, to put into the bundle" };
        Option<bool> json = OptionFactory.Json();
        var command = new Command("doctor", "Check configuration, models, broker, databases, webhooks, disk and port; exit code 1 if something fails. The gateway may be running") { file, set, bundle, log, json };
        command.Does(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(bundle) is { } zip)
            {
                OutputFile.Require([parsed.GetValue(file)!, .. parsed.GetValue(log) is { } read ? [read] : Array.Empty<string>()], new OutputFile(zip, MadeFile.SupportBundle, "another name after --bundle"));
            }

            using ILoggerFactory loggers = StderrLogging.Create(LogLevel.None);
            Checkup checkup = await Checkup.RunAsync(parsed.GetValue(file)!, parsed.GetValue(set)!, time, loggers, cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(bundle) is { } path)
            {
                SupportBundle.Write(path, checkup, parsed.GetValue(log), time);
                Terminal.Note($"Wrote {path}");
            }

            if (parsed.GetValue(json))
            {
                Terminal.WriteJson(checkup.Findings.Select(Row));
            }
            else
            {
                Print(checkup.Findings);
            }

            return checkup.HasFailed ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }

    /// <summary>A finding in JSON.</summary>
    internal static object Row(Finding finding) =>
        new { check = finding.Check, verdict = finding.Verdict.ToString().ToLowerInvariant(), text = finding.Text, advice = finding.Advice };

    private static void Print(IReadOnlyList<Finding> findings)
    {
        foreach (Finding finding in findings)
        {
            (string word, string colour) = finding.Verdict switch { Verdict.Ok => ("ok  ", "green"), Verdict.Warn => ("warn", "yellow"), _ => ("FAIL", "red") };
            string mark = Console.IsOutputRedirected ? word : $"[{colour}]{word}[/]";
            Write($"{mark} {Markup.Escape(finding.Check)}: {Markup.Escape(finding.Text)}");
            if (finding.Advice is not null)
            {
                Write($"     → {Markup.Escape(finding.Advice)}");
            }
        }

        // Lines stay whole in a file or pipe.
        static void Write(string markup)
        {
            if (Console.IsOutputRedirected)
            {
                Console.Out.WriteLine(Markup.Remove(markup));
            }
            else
            {
                Terminal.Out.MarkupLine(markup);
            }
        }
    }
}
