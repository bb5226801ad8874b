using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Thrum.Training.Studies;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum reproduce skab --data DIR</c>.</summary>
internal static class ReproduceSkabCommand
{
    public static Command Create()
    {
        Option<string> data = ReproduceCommand.DataOption();
        var seeds = new Option<int>("--seeds") { Description = "Trainings per file", DefaultValueFactory = _ => 3 };
        Option<bool> json = OptionFactory.Json();
        var command = new Command("skab", "Skoltech Anomaly Benchmark: an autoencoder under the leaderboard's rule, and a causal detector") { data, seeds, json };
        command.Does((parsed, cancellationToken) =>
        {
            int count = parsed.GetValue(seeds) is >= 1 and <= 100 and int given
                ? given
                : throw new UsageException($"--seeds is {parsed.GetValue(seeds)}, expected 1 to 100");
            Report(SkabStudy.Run(ReproduceCommand.Folder(parsed.GetValue(data)!, "skab"), count, new Notes(), cancellationToken), parsed.GetValue(json));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static void Report(SkabResult result, bool json)
    {
        if (json)
        {
            Terminal.WriteJson(result);
            return;
        }

        Terminal.Out.WriteLine($"{result.Files} files; {result.Settings}");
        var table = new Table().AddColumns("detector", "F1", "false alarms", "missed");
        void Row(string name, double f1, double far, double mar) => table.AddRow(name, Text(f1, "F3"), Text(far, "P2"), Text(mar, "P2"));
        Row("conv autoencoder, notebook's rule", result.Notebook.F1, result.Notebook.Far, result.Notebook.Mar);
        for (int seed = 0; seed < result.NotebookSeeds.Count; seed++)
        {
            SkabRates one = result.NotebookSeeds[seed];
            Row(string.Create(CultureInfo.InvariantCulture, $"  seed {seed}"), one.F1, one.Far, one.Mar);
        }

        Row("causal detector", result.Causal.F1, result.Causal.Far, result.Causal.Mar);
        foreach ((string name, SkabRates rates) in result.Trivial)
        {
            Row($"trivial: {Words(name)}", rates.F1, rates.Far, rates.Mar);
        }

        Terminal.Out.Write(table);
        Terminal.Out.WriteLine($"causal detector: alarm in {Text(result.Causal.FarBeforeEvent, "P2")} of the rows before the event, {Text(result.Causal.EventsFound, "P1")} of events found");
    }

    /// <summary>What is one word in JSON, for people: zero model for zeroModel.</summary>
    internal static string Words(string key) => OptionFactory.Hyphenated(key).Replace('-', ' ');

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private sealed class Notes : IProgress<string>
    {
        public void Report(string value) => Terminal.Note($"{value} done");
    }
}
