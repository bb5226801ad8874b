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
    private static readonly string[] InputNames = [TrainingGraphs.Window, TrainingGraphs.Reconstruction];
    private static readonly string[] OutputNames = [TrainingGraphs.Loss];

    public static double Loss(WindowSet train, WindowSet validation, ReconstructionLoss loss)
    {
        using InferenceSession session = OrtSessions.Create(TrainingGraphs.ConstantOutput(train.WindowSamples, loss));
        (float[] mean, float[] median) = Typical(train);
        return Math.Min(Loss(session, validation, mean), Loss(session, validation, median));
    }

    private static double Loss(InferenceSession session, WindowSet windows, float[] constant)
    {
        using var runOptions = new RunOptions();
        using var reconstruction = new PinnedTensor(constant.Length);
        using var result = new PinnedTensor();
        constant.CopyTo(reconstruction.Values);
        double weighted = 0;
        for (int first = 0; first < windows.Count; first += EvaluationSession.PieceWindows)
        {
            int count = Math.Min(EvaluationSession.PieceWindows, windows.Count - first);
            using var piece = new PinnedTensor(count, constant.Length);
            windows.Values.Slice(first * constant.Length, count * constant.Length).CopyTo(piece.Values);
            session.Run(runOptions, InputNames, [piece.Value, reconstruction.Value], OutputNames, [result.Value]);
            weighted += (double)result.Values[0] * count;
        }

        return weighted / windows.Count;
    }

    private static (float[] Mean, float[] Median) Typical(WindowSet windows)
    {
        float[] mean = new float[windows.WindowSamples];
        float[] median = new float[windows.WindowSamples];
        float[] column = new float[windows.Count];
        for (int sample = 0; sample < windows.WindowSamples; sample++)
        {
            double sum = 0;
            for (int i = 0; i < column.Length; i++)
            {
                column[i] = windows[i][sample];
                sum += column[i];
            }

            Array.Sort(column);
            mean[sample] = (float)(sum / column.Length);
            median[sample] = column[column.Length / 2];
        }

        return (mean, median);
    }
}
