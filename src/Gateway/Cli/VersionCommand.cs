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
            ProgramVersions versions = Versions();
            if (parsed.GetValue(json))
            {
                Terminal.WriteJson(versions);
            }
            else
            {
                Console.Out.WriteLine($"thrum {versions.Thrum}, {versions.Dotnet}, ONNX Runtime {versions.OnnxRuntime}, {versions.Runtime}");
            }

            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    /// <summary>What runs here.</summary>
    internal static ProgramVersions Versions() => new(
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
        RuntimeInformation.FrameworkDescription,
        AutoencoderModel.RuntimeVersion,
        RuntimeInformation.RuntimeIdentifier);
}

/// <summary>The versions of Thrum and of what it stands on.</summary>
internal sealed record ProgramVersions(string Thrum, string Dotnet, string OnnxRuntime, string Runtime);
