using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Thrum.Detector.Models;

/// <summary>
/// The process's one environment of ONNX Runtime, which sends nothing to anybody. From version 1.29 on the official builds send usage data, names of model files among them, on Linux and
/// macOS too. <c>ORT_DISABLE_TELEMETRY</c>, set before the environment is made, keeps them from collecting anything at all; on Windows the call to disable it does.
/// </summary>
public static class RuntimeEnvironment
{
    private static readonly Lazy<OrtEnv> Environment = new(Create);

    /// <summary>The environment. To be had before the first session is made, which would make one that sends.</summary>
    /// <exception cref="OnnxRuntimeException">The native library does not start.</exception>
    public static OrtEnv Instance => Environment.Value;

    private static OrtEnv Create()
    {
        // What the runtime of .NET sets as a variable, native code does not see on Unix.
        if (!OperatingSystem.IsWindows() && SetVariable([.. "ORT_DISABLE_TELEMETRY\0"u8], [.. "1\0"u8], 1) != 0)
        {
            throw new InvalidOperationException("ORT_DISABLE_TELEMETRY cannot be set: no memory for the process's environment");
        }

        OrtEnv environment = OrtEnv.Instance();
        environment.DisableTelemetryEvents();
        return environment;
    }

    [DllImport("libc", EntryPoint = "setenv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetVariable(byte[] name, byte[] value, int overwrite);
}
