using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Thrum.Gateway.Workflows;
using Thrum.Training.Studies;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum reproduce lmse --data DIR</c>.</summary>
internal static class ReproduceLmseCommand
{
    private static readonly OneClassOptions Defaults = new();

    public static Command Create()
    {
        Option<string> data = ReproduceCommand.DataOption();
        var set = new Option<string>("--dataset") { Description = "mnist or fashion-mnist", DefaultValueFactory = _ => "mnist" };
        Option<string[]> classes = List("--classes", "Classes that are normal in turn, such as 3,8; all by default");
        Option<string[]> latents = List("--latent", "Widths of the code; 16,64 by default");
        Option<string[]> rates = List("--learning-rate", "Adam's step sizes; 1e-3,1e-4 by default");
        var epochs = new Option<int>("--epochs") { Description = "Passes over the training images", DefaultValueFactory = _ => Defaults.Epochs };
        var seeds = new Option<int>("--seeds") { Description = "Runs of each combination", DefaultValueFactory = _ => Defaults.Seeds };
        var plot = new Option<string?>("--plot") { Description = "Write the convergence of the training loss with its spread as an SVG file" };
        Option<bool> json = OptionFactory.Json();
        var command = new Command("lmse", "One class of images normal: a convolutional autoencoder trained with MSE against LMSE, AUROC per class")
        {
            data, set, classes, latents, rates, epochs, seeds, plot, json,
        };
        command.Does((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(plot) is { } svg)
            {
                OutputFile.Require([], new OutputFile(svg, MadeFile.Plot, "another name after --plot"));
            }

            string name = parsed.GetValue(set)!;
            string folder = ReproduceCommand.Folder(parsed.GetValue(data)!, name is "mnist" or "fashion-mnist"
                ? name
                : throw new UsageException($"--dataset is '{name}', expected mnist or fashion-mnist"));
            OneClassOptions options = Check(Defaults with
            {
                Classes = Chosen(ReproduceCommand.Numbers<int>("--classes", parsed.GetValue(classes)!), Defaults.Classes),
                Latents = Chosen(ReproduceCommand.Numbers<int>("--latent", parsed.GetValue(latents)!), Defaults.Latents),
                LearningRates = Chosen(ReproduceCommand.Numbers<double>("--learning-rate", parsed.GetValue(rates)!), Defaults.LearningRates),
                Epochs = parsed.GetValue(epochs),
                Seeds = parsed.GetValue(seeds),
            });
            var study = new OneClassStudy(LabelledImages.Read(folder, "train"), LabelledImages.Read(folder, "t10k"));
            OneClassResult result = study.Run(options, new RowNotes(), cancellationToken);
            if (parsed.GetValue(plot) is { } path)
            {
                MadeFile.WriteText(path, ConvergencePlot.Draw(result));
            }

            Report(result, parsed.GetValue(json));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static Option<string[]> List(string name, string description) =>
        new(name) { Description = description, AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };

    private static IReadOnlyList<T> Chosen<T>(T[] given, IReadOnlyList<T> usual) => given.Length == 0 ? usual : given;

    private static OneClassOptions Check(OneClassOptions options)
    {
        (bool Fits, string Fault)[] rules =
        [
            (options.Classes.All(number => number is >= 0 and <= 9), "--classes: expected classes from 0 to 9"),
            (options.Latents.All(width => width is >= 1 and <= 1024), "--latent: expected widths from 1 to 1024"),
            (options.LearningRates.All(rate => rate is > 0 and <= 1), "--learning-rate: expected step sizes above 0 and at most 1"),
            (options.Epochs is >= 1 and <= 10_000, $"--epochs is {options.Epochs}, expected 1 to 10000"),
            (options.Seeds is >= 1 and <= 1000, $"--seeds is {options.Seeds}, expected 1 to 1000"),
        ];
        string[] faults = [.. rules.Where(rule => !rule.Fits).Select(rule => rule.Fault)];
        return faults.Length == 0 ? options : throw new UsageException(string.Join("; ", faults));
    }

    private static void Report(OneClassResult result, bool json)
    {
        if (json)
        {
            Terminal.WriteJson(result);
            return;
        }

        var table = new Table().AddColumns("latent", "learning rate", "trained with", "AUROC by MSE", "AUROC by LMSE", "classes");
        foreach (var group in result.Rows.GroupBy(row => (row.Latent, row.LearningRate, row.Loss)))
        {
            string classes = string.Join(' ', group.GroupBy(row => row.Class).Select(one => $"{one.Key}:{Text(one.Average(row => row.Auroc[row.Loss]))}"));
            table.AddRow(
                group.Key.Latent.ToString(CultureInfo.InvariantCulture), group.Key.LearningRate.ToString(CultureInfo.InvariantCulture), group.Key.Loss,
                Text(group.Average(row => row.Auroc["mse"])), Text(group.Average(row => row.Auroc["lmse"])), classes);
        }

        Terminal.Out.Write(table);
        foreach ((string loss, double mean) in result.Mean)
        {
            Terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{loss}: AUROC {mean:F4} ± {result.Deviation[loss]:F4}; training loss ± {100 * result.Convergence[loss].Spread.Average():F2} % between seeds, mean of the epochs, ± {100 * result.Convergence[loss].Spread[^1]:F2} % in the last"));
        }
    }

    private static string Text(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    private sealed class RowNotes : IProgress<OneClassRow>
    {
        public void Report(OneClassRow value) => Terminal.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"class {value.Class}, {value.Loss}, latent {value.Latent}, rate {value.LearningRate}, seed {value.Seed}: AUROC {value.Auroc["mse"]:F4} by mse, {value.Auroc["lmse"]:F4} by lmse; loss {value.TrainLoss[^1]:G6}; attempts {value.Attempts}{(value.IsCollapsed ? ", collapsed" : "")}"));
    }
}
