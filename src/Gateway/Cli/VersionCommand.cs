using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using Thrum.Detector.Models;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum version</c>.</summary>
internal static class VersionCommand
{
    public static Command Create()
    {
        var json = OptionFactory.Json();
        var command = new Command("version", "Print the versions of Thrum, .NET and ONNX Runtime") { json };
        command.Does((parsed, _) =>
        {
            string thrum = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
            string onnxRuntime = AutoencoderModel.RuntimeVersion;
            if (parsed.GetValue(json))
            {
                Terminal.WriteJson(new { thrum, dotnet = RuntimeInformation.FrameworkDescription, onnxRuntime, runtime = RuntimeInformation.RuntimeIdentifier });
            }
            else
            {
                Console.Out.WriteLine($"thrum {thrum}, {RuntimeInformation.FrameworkDescription}, ONNX Runtime {onnxRuntime}, {RuntimeInformation.RuntimeIdentifier}");
            }

            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
