using Thrum.Spectral.Vectors;

namespace Thrum.Spectral.Filters;

/// <summary>
/// Low-pass and decimation by a whole factor: flat (within 0.001 dB) up to 0.8 of the new Nyquist frequency and at least
/// 80 dB down from the new Nyquist frequency on, so that nothing that matters folds back. Linear phase; only the outputs that are
/// kept are computed. Output j answers to input j·factor and is late by <see cref="DelayOutputs"/> outputs; before the first
/// sample the signal counts as 0. The outputs are the same bits however the input is cut into blocks.
/// An instance belongs to one stream and one thread; it allocates nothing after construction.
/// </summary>
public sealed class FirDecimator
{
    // 80 dB is promised; the rest is margin for Kaiser's formula and float32 taps.
    private const double AttenuationDb = 86;
    private const double PassEdge = 0.8;
    private const int Chunk = 1024;

    // Symmetric, so the order of convolution does not matter.
    private readonly float[] _taps;

    // The last taps − 1 samples, then room for a chunk.
    private readonly float[] _buffer;

    // How many of the coming inputs pass before the next output is due.
    private int _untilOutput;

    /// <summary>A filter at rest.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The factor is outside 1 … 1024; 1 copies.</exception>
    public FirDecimator(int factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(factor, 1024);
        Factor = factor;
        _taps = factor == 1 ? [1f] : Design(factor);
        _buffer = new float[_taps.Length - 1 + Chunk];
    }

    /// <summary>Inputs per output.</summary>
    public int Factor { get; }

    /// <summary>Group delay in inputs: (taps − 1)/2, a multiple of the factor.</summary>
    public int DelayInputs => _taps.Length / 2;

    /// <summary>Group delay in outputs.</summary>
    public int DelayOutputs => DelayInputs / Factor;

    /// <summary>The filter's impulse response at the input rate.</summary>
    internal ReadOnlySpan<float> Taps => _taps;

    /// <summary>
    /// Filters a whole recording at once with the delay taken out: output j stands at input j·factor. Beyond both ends the
    /// signal counts as 0, so the first and last <see cref="DelayOutputs"/> outputs fade.
    /// </summary>
    /// <param name="input">Samples at the old rate; may be empty.</param>
    /// <param name="factor">1 … 1024.</param>
    /// <returns>⌈length/factor⌉ samples.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The factor is out of range.</exception>
    public static float[] Decimate(ReadOnlySpan<float> input, int factor)
    {
        FirDecimator filter = new(factor);
        float[] output = new float[(int)((input.Length + (long)factor - 1) / factor)];
        DelayCompensation.Apply(filter.Process, input, output, filter.DelayOutputs, Chunk, filter.OutputLength(Chunk));
        return output;
    }

    /// <summary>How many outputs the next <paramref name="inputLength"/> inputs will bring.</summary>
    public int OutputLength(int inputLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(inputLength);
        return inputLength <= _untilOutput ? 0 : ((inputLength - _untilOutput - 1) / Factor) + 1;
    }

    /// <summary>Takes the next samples of the stream.</summary>
    /// <param name="input">Any number of samples.</param>
    /// <param name="output">At least <see cref="OutputLength"/> of them; must not overlap the input.</param>
    /// <returns>How many outputs were written.</returns>
    /// <exception cref="ArgumentException">The output is too short; nothing has been taken then.</exception>
    public int Process(ReadOnlySpan<float> input, Span<float> output)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(output.Length, OutputLength(input.Length));
        int history = _taps.Length - 1;
        int written = 0;
        while (!input.IsEmpty)
        {
            int count = Math.Min(input.Length, Chunk);
            input[..count].CopyTo(_buffer.AsSpan(history));
            input = input[count..];
            for (; _untilOutput < count; _untilOutput += Factor)
            {
                output[written++] = DotProduct.Of(_taps, _buffer.AsSpan(_untilOutput, _taps.Length));
            }

            _untilOutput -= count;
            _buffer.AsSpan(count, history).CopyTo(_buffer);
        }

        return written;
    }

    /// <summary>Back to rest, as after a gap in the stream.</summary>
    public void Reset()
    {
        Array.Clear(_buffer);
        _untilOutput = 0;
    }

    private static float[] Design(int factor)
    {
        double nyquist = 0.5 / factor;
        int half = KaiserLowPass.HalfLength(AttenuationDb, (1 - PassEdge) * nyquist);
        int wholeOutputs = (half + factor - 1) / factor * factor;
        return KaiserLowPass.Taps(wholeOutputs, (1 + PassEdge) / 2 * nyquist, AttenuationDb);
    }
}
