using System.CommandLine;
using Thrum.Detector.Models;
using Thrum.Gateway.Inspect;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum inspect FILE</c>: a model by its extension <c>.onnx</c>, anything else as a recording.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A recording (.mat .csv .npy .npz .uff .wav .f32 .i16) or a model (.onnx)" };
        var recording = new RecordingOptionSet();
        var machine = new MachineOptionSet();
        var html = new Option<string?>("--html") { Description = "Also write the report of a recording as one self-contained page" };
        Option<bool> json = OptionFactory.Json();
        var command = new Command("inspect", "Measure and diagnose a recording, or show what a model file says about itself") { file, html, json };
        recording.AddTo(command);
        machine.AddTo(command);
        command.Does((parsed, _) =>
        {
            string path = parsed.GetValue(file)!;
            if (Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase))
            {
                using AutoencoderModel model = AutoencoderModel.Load(path);
                ModelSheet.Write(model, parsed.GetValue(json));
                return Task.FromResult(ExitCode.Done);
            }

            if (parsed.GetValue(html) is { } page)
            {
                OutputFile.Require([path], new OutputFile(page, MadeFile.Inspection, "another name after --html"));
            }

            InspectionReport report = RecordingInspector.Inspect(machine.Read(parsed, recording.Read(parsed).Read(path)));
            Show(report, parsed.GetValue(html), parsed.GetValue(json));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static void Show(InspectionReport report, string? html, bool json)
    {
        if (html is not null)
        {
            InspectionPage.Write(report, html);
            Terminal.Note($"wrote {html}");
        }

        if (json)
        {
            Terminal.WriteJson(InspectionJson.Document(report));
        }
        else
        {
            InspectionTables.Write(report);
        }
    }
}
