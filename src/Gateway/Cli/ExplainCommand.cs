using System.CommandLine;
using System.Text.Json;
using Thrum.Detector.Evidence;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Explain;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum explain ALARM</c>: why an alarm was raised, computed again from its evidence.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var id = new Argument<Guid>("alarm") { Description = "Id of the transition that raised the alarm, as webhooks, databases and the API state it" };
        var config = new Option<string>("--config") { Description = "The gateway's configuration, which knows store, machines and models", DefaultValueFactory = _ => "thrum.json" };
        Option<string[]> set = OptionFactory.Set();
        var store = new Option<string?>("--store") { Description = "The gateway's store, in place of the configuration's (Store:Path); the gateway may be running" };
        var evidence = new Option<string?>("--evidence") { Description = "A file with the answer of /api/v1/alarms/{id}/evidence, in place of a store" };
        var model = new Option<string?>("--model") { Description = "The model file that scored the window, where the configuration has another one by now" };
        Option<bool> json = OptionFactory.Json();
        var command = new Command("explain", "Compute an alarm's evidence again and say why it was raised; exit code 1 if something differs from what was recorded")
        {
            id, config, set, store, evidence, model, json,
        };
        command.Does((parsed, _) =>
        {
            ThrumOptions options = Options(parsed.GetValue(config)!, parsed.GetValue(set)!, isNeeded: parsed.GetValue(store) is null && parsed.GetValue(evidence) is null);
            StoreOptions kept = parsed.GetValue(store) is { } path ? options.Store with { Path = path } : options.Store;
            AlarmEvidence recorded = parsed.GetValue(evidence) is { } file ? ReadFile(file) : ReadStore(kept.Path, parsed.GetValue(id));
            IEnumerable<string> files = parsed.GetValue(model) is { } onnx ? [onnx] : Archived(kept);
            var alarm = ExplainedAlarm.Of(recorded, options.Detector.Models, files, options.Machines);
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(
                    new { agrees = alarm.Agrees, model = alarm.ModelNote, checks = alarm.Checks, recorded = alarm.Recorded, recomputed = alarm.Again }, EvidenceJson.Options));
            }
            else
            {
                foreach (string line in ExplanationText.Lines(alarm))
                {
                    Console.Out.WriteLine(line);
                }
            }

            return Task.FromResult(alarm.Agrees ? ExitCode.Done : ExitCode.Failed);
        });
        return command;
    }

    private static ThrumOptions Options(string path, string[] settings, bool isNeeded) =>
        isNeeded || File.Exists(path) ? ConfigurationLoader.Load(path, settings) : new ThrumOptions();

    private static AlarmEvidence ReadStore(string path, Guid id) =>
        !File.Exists(path) ? throw new UsageException($"--store is '{path}', expected the gateway's database file")
        : EvidenceStore.Read(path, id) ?? throw new UsageException(
            $"there is no evidence of {id} in {path}: expected the id of a transition that raised an alarm with a full buffer behind it, among the newest (Store:EvidenceKept)");

    private static AlarmEvidence ReadFile(string path)
    {
        try
        {
            return EvidenceJson.Read(File.ReadAllBytes(path));
        }
        catch (JsonException e)
        {
            throw new UsageException($"--evidence is '{path}', expected the answer of /api/v1/alarms/{{id}}/evidence, found: {e.Message}");
        }
    }

    /// <summary>Revisions that a journal still keeps.</summary>
    private static IEnumerable<string> Archived(StoreOptions store) =>
        Directory.Exists(store.ModelsFolder) ? Directory.EnumerateFiles(store.ModelsFolder, "*.onnx", SearchOption.AllDirectories) : [];
}
