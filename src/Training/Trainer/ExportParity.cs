using Thrum.Detector.Models;
using Thrum.Training.Data;

namespace Thrum.Training.Trainer;

/// <summary>How far the reconstructions of an exported file are from those of the network that was trained.</summary>
/// <param name="Windows">Windows that ran through both.</param>
/// <param name="GreatestDifference">Greatest difference of two values, in normalised units; relative to the greatest value that the trained network gave where that is above 1. NaN where a value is not finite.</param>
public sealed record ExportParity(int Windows, double GreatestDifference)
{
    /// <summary>The greatest difference of a file that may be written.</summary>
    public const double Tolerance = 1e-5;

    /// <summary>Windows looked at, evenly spread.</summary>
    public const int MostWindows = 256;

    /// <summary>True when the file does what was trained.</summary>
    public bool Holds => GreatestDifference <= Tolerance;

    /// <summary>Runs windows through the operations of training and through the file, by the code that serves it.</summary>
    /// <param name="trained">The network.</param>
    /// <param name="onnx">Its file, weights in single precision.</param>
    /// <param name="windows">Normalised windows; at least one.</param>
    /// <exception cref="ModelFileException">The file does not load or run.</exception>
    /// <exception cref="ArgumentException">The windows have another length.</exception>
    public static ExportParity Of(TrainedModel trained, byte[] onnx, IWindowSource windows)
    {
        ArgumentNullException.ThrowIfNull(trained);
        ArgumentNullException.ThrowIfNull(windows);
        WindowSet looked = WindowSet.Spread(windows, MostWindows);
        float[] expected = trained.Reconstruct(looked);
        using AutoencoderModel model = AutoencoderModel.Load("the exported file", onnx);
        using var runner = new BatchRunner(model, looked.Count);
        for (int row = 0; row < looked.Count; row++)
        {
            looked[row].CopyTo(runner.Input(row));
        }

        runner.Run(looked.Count);
        double difference = 0, greatest = 0;
        for (int row = 0; row < looked.Count; row++)
        {
            ReadOnlySpan<float> served = runner.Output(row), own = expected.AsSpan(row * looked.WindowSamples, looked.WindowSamples);
            for (int i = 0; i < own.Length; i++)
            {
                // Math.Max passes a NaN on.
                difference = Math.Max(difference, Math.Abs((double)own[i] - served[i]));
                greatest = Math.Max(greatest, Math.Abs((double)own[i]));
            }
        }

        return new ExportParity(looked.Count, difference / Math.Max(1, greatest));
    }

    /// <summary>Itself, when the file does what was trained.</summary>
    /// <exception cref="ExportParityException">It does not.</exception>
    public ExportParity Require() => Holds ? this : throw new ExportParityException(this);
}
