using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Thrum.Training.Studies;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum reproduce pronostia --data DIR</c>.</summary>
internal static class ReproducePronostiaCommand
{
    public static Command Create()
    {
        Option<string> data = ReproduceCommand.DataOption();
        Option<bool> json = OptionFactory.Json();
        var command = new Command("pronostia", "Bearings run to failure (IEEE PHM 2012): the first alarm of each, alarms that came too early, and warnings of impacts") { data, json };
        command.Does((parsed, cancellationToken) =>
        {
            PronostiaResult result = PronostiaStudy.Run(ReproduceCommand.Folder(parsed.GetValue(data)!, "pronostia"), new Notes(), cancellationToken);
            Report(result, parsed.GetValue(json));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static void Report(PronostiaResult result, bool json)
    {
        if (json)
        {
            Terminal.WriteJson(result);
            return;
        }

        var table = new Table().AddColumns("bearing", "snapshots", "first alarm", "early alarms", "warnings");
        foreach (BearingResult bearing in result.Bearings)
        {
            table.AddRow(
                Markup.Escape(bearing.Name), Text(bearing.Snapshots), bearing.AlarmSnapshot is { } alarm ? Text(alarm) : "none", Text(bearing.EarlyAlarms),
                string.Join(' ', bearing.Warnings.Select(Text)));
        }

        Terminal.Out.Write(table);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class Notes : IProgress<string>
    {
        public void Report(string value) => Terminal.Note($"{value} done");
    }
}
