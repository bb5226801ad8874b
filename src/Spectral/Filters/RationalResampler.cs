using System.Numerics;
using Thrum.Spectral.Vectors;

namespace Thrum.Spectral.Filters;

/// <summary>
/// A stream to up/down times its sampling rate, by a polyphase Kaiser low-pass at up times the rate: flat (within 0.001 dB)
/// to 0.8 of the lower of both Nyquist frequencies, 80 dB down from there on. Output j stands at input time j·down/up and is
/// late by <see cref="DelayOutputs"/> outputs; before the first sample the signal counts as 0. The outputs are the same bits however
/// the input is cut into blocks. An instance belongs to one stream and one thread; it allocates nothing after construction.
/// </summary>
public sealed class RationalResampler
{
    /// <summary>The greatest factor, once common divisors are out.</summary>
    public const int GreatestFactor = 1024;

    private const double AttenuationDb = 86;
    private const double PassEdge = 0.8;
    private const int Chunk = 512;

    // One row per phase, newest input last.
    private readonly float[] _phases;
    private readonly int _rowLength;
    private readonly float[] _buffer;

    // The next output's place after the coming input, in steps of 1/up inputs.
    private long _place;

    /// <summary>A resampler at rest.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A factor is below 1, or above 1024 after reduction.</exception>
    public RationalResampler(int up, int down)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(up, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(down, 1);
        int common = (int)BigInteger.GreatestCommonDivisor(up, down);
        Up = up / common;
        Down = down / common;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Up, GreatestFactor, nameof(up));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Down, GreatestFactor, nameof(down));
        float[] taps = Design();
        DelayOutputs = taps.Length / 2 / Down;
        _rowLength = (taps.Length + Up - 1) / Up;
        _phases = new float[Up * _rowLength];
        for (int i = 0; i < taps.Length; i++)
        {
            _phases[(i % Up * _rowLength) + _rowLength - 1 - (i / Up)] = Up * taps[i];
        }

        _buffer = new float[_rowLength - 1 + Chunk];
    }

    /// <summary>Outputs per <see cref="Down"/> inputs.</summary>
    public int Up { get; }

    /// <summary>Inputs per <see cref="Up"/> outputs.</summary>
    public int Down { get; }

    /// <summary>Group delay in outputs, a whole number.</summary>
    public int DelayOutputs { get; }

    /// <summary>
    /// A whole recording at once with the delay taken out: output j stands at input time j·down/up. Beyond both ends the signal
    /// counts as 0, so the first and last <see cref="DelayOutputs"/> outputs fade.
    /// </summary>
    /// <returns>⌈length·up/down⌉ samples, none for none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A factor is out of range.</exception>
    public static float[] Resample(ReadOnlySpan<float> input, int up, int down)
    {
        RationalResampler resampler = new(up, down);
        float[] output = new float[checked((int)((((long)input.Length * resampler.Up) + resampler.Down - 1) / resampler.Down))];
        DelayCompensation.Apply(resampler.Process, input, output, resampler.DelayOutputs, Chunk, resampler.OutputLength(Chunk) + 1);
        return output;
    }

    /// <summary>How many outputs the next <paramref name="inputLength"/> inputs will bring.</summary>
    public int OutputLength(int inputLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(inputLength);
        long end = (long)inputLength * Up;
        return end <= _place ? 0 : (int)((end - _place - 1) / Down) + 1;
    }

    /// <summary>Takes the next samples of the stream.</summary>
    /// <param name="input">Any number of samples.</param>
    /// <param name="output">At least <see cref="OutputLength"/> of them; must not overlap the input.</param>
    /// <returns>How many outputs were written.</returns>
    /// <exception cref="ArgumentException">The output is too short; nothing has been taken then.</exception>
    public int Process(ReadOnlySpan<float> input, Span<float> output)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(output.Length, OutputLength(input.Length));
        int history = _rowLength - 1;
        int written = 0;
        while (!input.IsEmpty)
        {
            int count = Math.Min(input.Length, Chunk);
            input[..count].CopyTo(_buffer.AsSpan(history));
            for (; _place < (long)count * Up; _place += Down)
            {
                (long newest, long phase) = Math.DivRem(_place, Up);
                ReadOnlySpan<float> row = _phases.AsSpan((int)phase * _rowLength, _rowLength);
                output[written++] = DotProduct.Of(row, _buffer.AsSpan((int)newest, _rowLength));
            }

            _place -= (long)count * Up;
            _buffer.AsSpan(count, history).CopyTo(_buffer);
            input = input[count..];
        }

        return written;
    }

    /// <summary>Back to rest, as after a gap in the stream.</summary>
    public void Reset()
    {
        Array.Clear(_buffer);
        _place = 0;
    }

    private float[] Design()
    {
        if (Up == 1 && Down == 1)
        {
            return [1f];
        }

        double nyquist = 0.5 / Math.Max(Up, Down);
        int half = KaiserLowPass.HalfLength(AttenuationDb, (1 - PassEdge) * nyquist);
        int wholeOutputs = (half + Down - 1) / Down * Down;
        return KaiserLowPass.Taps(wholeOutputs, (1 + PassEdge) / 2 * nyquist, AttenuationDb);
    }
}
