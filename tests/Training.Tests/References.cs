using System.Text.Json;

namespace Thrum.Training.Tests;

/// <summary>Figures that tests/references/training.py computed with PyTorch and SciPy.</summary>
internal static class References
{
    public static JsonElement Read(string file)
    {
        string path = Path.Combine(RepositoryPaths.Root, "tests", "references", "training", file);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.Clone();
    }

    public static double[] Doubles(this JsonElement array) => [.. array.EnumerateArray().Select(element => element.GetDouble())];
}
