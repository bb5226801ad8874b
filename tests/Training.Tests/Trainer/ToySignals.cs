using Thrum.Training.Data;
using Thrum.Training.Models;

namespace Thrum.Training.Tests.Trainer;

/// <summary>Signals with a known structure to learn, and one with none.</summary>
internal static class ToySignals
{
    /// <summary>Two tones of random phase and amplitude in each window, and a little noise: four numbers describe a window.</summary>
    public static WindowSet Tones(int count, int window, ulong seed)
    {
        var random = new SeededRandom(seed);
        float[] values = new float[count * window];
        for (int i = 0; i < count; i++)
        {
            double a = random.NextGaussian();
            double b = random.NextGaussian();
            double c = random.NextGaussian();
            double d = random.NextGaussian();
            for (int n = 0; n < window; n++)
            {
                double angle = 2 * Math.PI * n / window;
                double tones = (a * Math.Cos(3 * angle)) + (b * Math.Sin(3 * angle)) + (c * Math.Cos(5 * angle)) + (d * Math.Sin(5 * angle));
                values[(i * window) + n] = (float)((0.7 * tones) + (0.05 * random.NextGaussian()));
            }
        }

        return new WindowSet(values, window);
    }

    /// <summary>White noise: no bottleneck can do better on unseen windows than their mean.</summary>
    public static WindowSet Noise(int count, int window, ulong seed)
    {
        var random = new SeededRandom(seed);
        return new WindowSet([.. Enumerable.Range(0, count * window).Select(_ => (float)random.NextGaussian())], window);
    }
}
