using System.CommandLine;
using System.Reflection;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Hosting;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum config check|init</c>.</summary>
internal static class ConfigCommand
{
    public static Command Create() => new("config", "Check or write a configuration file") { Check(), Init() };

    private static Command Check()
    {
        var file = new Argument<string>("file") { Description = "The configuration file", DefaultValueFactory = _ => "thrum.json" };
        Option<string[]> set = OptionFactory.Set();
        var command = new Command("check", "Check a configuration and load its models; exit code 2 if something is wrong") { file, set };
        command.Does((parsed, _) =>
        {
            ThrumOptions options = ConfigurationLoader.Load(parsed.GetValue(file)!, parsed.GetValue(set)!);
            using ModelSet models = ModelSet.Load(options.Detector);
            Console.Out.WriteLine($"{parsed.GetValue(file)} is good: {options.Mqtt.Topics.Count} topics, {models.Assignments.Count} models, {options.Influx.Count} databases, {options.Webhooks.Count} webhooks");
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static Command Init()
    {
        var file = new Argument<string>("file") { Description = "The file to write", DefaultValueFactory = _ => "thrum.json" };
        var command = new Command("init", "Write a commented configuration to start from; an existing file is left alone") { file };
        command.Does((parsed, _) =>
        {
            string path = parsed.GetValue(file)!;
            if (File.Exists(path))
            {
                throw new UsageException($"{path} exists, expected a new file");
            }

            File.WriteAllBytes(path, Template());
            Console.Out.WriteLine($"Wrote {path}");
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static byte[] Template()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Configuration.thrum.template.json")
            ?? throw new InvalidOperationException("The configuration template is not embedded in the assembly.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
