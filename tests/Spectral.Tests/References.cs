using System.Text.Json;

namespace Thrum.Spectral.Tests;

/// <summary>Figures that tests/references/spectral.py computed with SciPy, and the inputs it computed them from.</summary>
internal static class References
{
    public static JsonElement Read(string file)
    {
        string path = Path.Combine(RepositoryPaths.Root, "tests", "references", "spectral", file);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.Clone();
    }

    public static double[] Doubles(this JsonElement element, string property) =>
        [.. element.GetProperty(property).EnumerateArray().Select(value => value.GetDouble())];

    public static double Double(this JsonElement element, string property) => element.GetProperty(property).GetDouble();

    public static int Int(this JsonElement element, string property) => element.GetProperty(property).GetInt32();

    public static string Text(this JsonElement element, string property) => element.GetProperty(property).GetString()!;

    /// <summary>SplitMix64 as float32 uniform in −1 … 1.</summary>
    public static float[] Noise(ulong seed, int count)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            seed += 0x9E3779B97F4A7C15;
            ulong z = seed;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            values[i] = (float)((((z ^ (z >> 31)) >> 40) / (double)(1 << 24) * 2) - 1);
        }

        return values;
    }

    /// <summary>Every value within <paramref name="relative"/> of the largest expected value's size and of its own.</summary>
    public static void AssertClose(IReadOnlyList<double> expected, IReadOnlyList<float> actual, double relative, double floor = 0)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            double tolerance = (relative * Math.Abs(expected[i])) + floor;
            Assert.True(
                Math.Abs(actual[i] - expected[i]) <= tolerance,
                $"at {i}: expected {expected[i]:R}, got {actual[i]:R}, within {tolerance:G3}");
        }
    }
}
