using Thrum.Detector.Models;
using Thrum.Training.Data;
using Thrum.Training.Trainer;

namespace Thrum.Gateway.Workflows;

/// <summary>Whether a model's file does what was trained.</summary>
internal static class ExportParity
{
    /// <summary>Greatest deviation of a file that stores weights in single precision.</summary>
    public const double Tolerance = 1e-5;

    private const int MostWindows = 256;

    /// <summary>
    /// The greatest difference between reconstructions by the operations of training and by the file as the gateway runs it, over the first windows; relative to the greatest value where that is above 1.
    /// </summary>
    /// <param name="trained">The network.</param>
    /// <param name="file">Its file.</param>
    /// <param name="windows">Normalised windows.</param>
    public static double Deviation(TrainedModel trained, AutoencoderModel file, IWindowSource windows)
    {
        int count = Math.Min(windows.Count, MostWindows), length = windows.WindowSamples;
        float[] values = new float[count * length];
        using var runner = new BatchRunner(file, MostWindows);
        for (int row = 0; row < count; row++)
        {
            windows.Read(row, values.AsSpan(row * length, length));
            values.AsSpan(row * length, length).CopyTo(runner.Input(row));
        }

        runner.Run(count);
        float[] expected = trained.Reconstruct(new WindowSet(values, length));
        double greatest = 1, difference = 0;
        for (int row = 0; row < count; row++)
        {
            ReadOnlySpan<float> own = runner.Output(row);
            for (int i = 0; i < length; i++)
            {
                float trainedValue = expected[(row * length) + i];
                greatest = Math.Max(greatest, Math.Abs(trainedValue));
                difference = Math.Max(difference, Math.Abs((double)trainedValue - own[i]));
            }
        }

        return difference / greatest;
    }
}
