using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Thrum.Gateway.Workflows;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum reproduce cwru --data DIR</c>.</summary>
internal static class ReproduceCwruCommand
{
    public static Command Create(TimeProvider time)
    {
        Option<string> data = ReproduceCommand.DataOption();
        Option<bool> json = OptionFactory.Json();
        var command = new Command("cwru", "Case Western Reserve University bearings: a model of healthy running only, watched on healthy and faulty records") { data, json };
        command.Does((parsed, cancellationToken) =>
        {
            CwruResult result = CwruStudy.Run(
                ReproduceCommand.Folder(parsed.GetValue(data)!, "cwru"), DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), cancellationToken);
            Report(result, parsed.GetValue(json));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static void Report(CwruResult result, bool json)
    {
        if (json)
        {
            Terminal.WriteJson(result);
            return;
        }

        Terminal.Out.WriteLine($"{result.HealthyAlarms} alarms on healthy running that training did not see");
        var table = new Table().AddColumns("record", "alarm after", "windows beyond the level");
        foreach (CwruRecordingResult recording in result.Recordings)
        {
            table.AddRow(
                Markup.Escape(recording.Name), recording.AlarmSeconds?.ToString("0.000 s", CultureInfo.InvariantCulture) ?? "never",
                recording.DetectionRate.ToString("P2", CultureInfo.InvariantCulture));
        }

        Terminal.Out.Write(table);
    }
}
