using Microsoft.ML.OnnxRuntime;
using Thrum.Training.Data;
using Thrum.Training.Losses;

namespace Thrum.Training.Trainer;

/// <summary>
/// The loss of a network that has collapsed to one output whatever comes in, the known failure of ReLU autoencoders: the
/// lower of what the training windows' mean and their median, element by element, give on the validation windows.
/// </summary>
internal static class ConstantOutput
{
    // Values of windows, evenly spread, that tell a mean and a median of as much as there may be on disk: 16 MB.
    private const int MostValues = 1 << 22;

    private static readonly string[] InputNames = [TrainingGraphs.Window, TrainingGraphs.Reconstruction];
    private static readonly string[] OutputNames = [TrainingGraphs.Loss];

    public static double Loss(IWindowSource train, IWindowSource validation, ReconstructionLoss loss)
    {
        using InferenceSession session = OrtSessions.Create(TrainingGraphs.ConstantOutput(train.WindowSamples, loss));
        (float[] mean, float[] median) = Typical(train);
        return Math.Min(Loss(session, validation, mean), Loss(session, validation, median));
    }

    private static double Loss(InferenceSession session, IWindowSource windows, float[] constant)
    {
        using var runOptions = new RunOptions();
        using var reconstruction = new PinnedTensor(constant.Length);
        using var result = new PinnedTensor();
        constant.CopyTo(reconstruction.Values);
        double weighted = 0;
        int most = EvaluationSession.WindowsAtOnce(constant.Length);
        for (int first = 0; first < windows.Count; first += most)
        {
            int count = Math.Min(most, windows.Count - first);
            using var piece = new PinnedTensor(count, constant.Length);
            for (int i = 0; i < count; i++)
            {
                windows.Read(first + i, piece.Values.Slice(i * constant.Length, constant.Length));
            }

            session.Run(runOptions, InputNames, [piece.Value, reconstruction.Value], OutputNames, [result.Value]);
            weighted += (double)result.Values[0] * count;
        }

        return weighted / windows.Count;
    }

    private static (float[] Mean, float[] Median) Typical(IWindowSource windows)
    {
        int length = windows.WindowSamples, count = Math.Min(windows.Count, Math.Max(1, MostValues / windows.WindowSamples));
        float[] values = new float[checked(count * length)];
        for (int i = 0; i < count; i++)
        {
            windows.Read((int)((long)i * windows.Count / count), values.AsSpan(i * length, length));
        }

        float[] mean = new float[length], median = new float[length], column = new float[count];
        for (int sample = 0; sample < length; sample++)
        {
            double sum = 0;
            for (int i = 0; i < column.Length; i++)
            {
                column[i] = values[(i * length) + sample];
                sum += column[i];
            }

            Array.Sort(column);
            mean[sample] = (float)(sum / column.Length);
            median[sample] = column[column.Length / 2];
        }

        return (mean, median);
    }
}
