using Microsoft.ML.OnnxRuntime;
using Thrum.Training.Trainer;

namespace Thrum.Training.Tests;

/// <summary>Runs a graph once.</summary>
internal static class OrtRunner
{
    public static Dictionary<string, T[]> Run<T>(byte[] model, params (string Name, T[] Values, long[] Sizes)[] inputs)
        where T : unmanaged
    {
        using InferenceSession session = OrtSessions.Create(model);
        using var options = new RunOptions();
        OrtValue[] values = [.. inputs.Select(input => OrtValue.CreateTensorValueFromMemory(input.Values, input.Sizes))];
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> outputs =
                session.Run(options, [.. inputs.Select(input => input.Name)], values, session.OutputNames);
            return session.OutputNames.Zip(outputs).ToDictionary(pair => pair.First, pair => pair.Second.GetTensorDataAsSpan<T>().ToArray());
        }
        finally
        {
            foreach (OrtValue value in values)
            {
                value.Dispose();
            }
        }
    }
}
