using Thrum.Training.Models.Layers;

namespace Thrum.Training.Models;

/// <summary>
/// One LSTM reads the window as steps of several successive values; another writes them from the last hidden state, which it sees at
/// every step, and a linear layer makes its states values.
/// </summary>
internal static class LstmNetwork
{
    /// <exception cref="FormatException">There is not exactly one hidden width.</exception>
    public static Architecture Create(int steps, int values, IReadOnlyList<int> hidden, NetworkStyle style)
    {
        if (hidden.Count != 1)
        {
            throw new FormatException(": one hidden width is needed");
        }

        int width = hidden[0];
        return new Architecture("lstm", checked(steps * values),
        [
            new LstmEncoderLayer("encoder", steps, values, width),
            new ActivationLayer("code", Activation.None, style.Dropout),
            new LstmDecoderLayer("decoder", steps, width, width),
            new LinearLayer("output", width, values, style.Output),
            new ActivationLayer("output.activation", style.Output, 0),
            new WindowLayer("window", steps * values),
        ]);
    }
}
