using System.Runtime.InteropServices;
using MathNet.Numerics.IntegralTransforms;
using Thrum.Spectral.Transforms;

namespace Thrum.Fft;

/// <summary>Real transforms of one length: Thrum, FFTW and MathNet.Numerics, one at a time and in batches; and Thrum's others.</summary>
internal sealed class Comparison : IDisposable
{
    public const int Batch = 64;

    private readonly int _length;
    private readonly RealFft _fft;
    private readonly ComplexFft _complex;
    private readonly float[] _samples;
    private readonly float[] _real;
    private readonly float[] _imaginary;
    private readonly float[] _scratch;
    private readonly float[] _packed;
    private readonly float[] _back;
    private readonly float[] _complexReal;
    private readonly float[] _complexImaginary;
    private readonly nint _fftwSamples;
    private readonly nint _fftwSpectra;
    private readonly nint _plan;
    private readonly nint _planMany;

    public Comparison(int length)
    {
        _length = length;
        _fft = RealFft.Get(length);
        _complex = ComplexFft.Get(length);
        _samples = new float[Batch * length];
        _real = new float[Batch * _fft.SpectrumLength];
        _imaginary = new float[Batch * _fft.SpectrumLength];
        _back = new float[_samples.Length];
        _complexReal = new float[_samples.Length];
        _complexImaginary = new float[_samples.Length];
        _scratch = new float[Math.Max(
            Math.Max(_fft.ScratchLength, _fft.ManyScratchLength), Math.Max(_complex.ScratchLength, _complex.ManyScratchLength))];
        _packed = new float[length + 2];
        Random random = new(length);
        for (int i = 0; i < _samples.Length; i++)
        {
            _samples[i] = (2 * random.NextSingle()) - 1;
        }

        int bins = _fft.SpectrumLength;
        _fftwSamples = Fftw.Allocate((nuint)(4 * _samples.Length));
        _fftwSpectra = Fftw.Allocate((nuint)(8 * Batch * bins));
        _plan = Fftw.Plan(length, _fftwSamples, _fftwSpectra, Fftw.Measure);
        _planMany = Fftw.PlanMany(1, in length, Batch, _fftwSamples, 0, 1, length, _fftwSpectra, 0, 1, bins, Fftw.Measure);
        Marshal.Copy(_samples, 0, _fftwSamples, _samples.Length);
        Contenders =
        [
            new("Thrum", 1, Single),
            new("FFTW", 1, () => Fftw.Execute(_plan)),
            new("MathNet", 1, MathNetSingle),
            new("Thrum, batch", Batch, Many),
            new("FFTW, plan for many", Batch, () => Fftw.Execute(_planMany)),
            new("FFTW, one plan in a loop", Batch, FftwLoop),
            new("Thrum, inverse", 1, InverseSingle),
            new("Thrum, inverse, batch", Batch, InverseMany),
            new("Thrum, complex", 1, ComplexSingle),
            new("Thrum, complex, batch", Batch, ComplexMany),
        ];
        CheckSame();
    }

    public IReadOnlyList<Contender> Contenders { get; }

    public void Dispose()
    {
        Fftw.Destroy(_plan);
        Fftw.Destroy(_planMany);
        Fftw.Free(_fftwSamples);
        Fftw.Free(_fftwSpectra);
    }

    private void Single() => _fft.Forward(_samples.AsSpan(0, _length), _real, _imaginary, _scratch);

    private void Many() => _fft.ForwardMany(_samples, _real, _imaginary, _scratch);

    private void InverseSingle() =>
        _fft.Inverse(_real.AsSpan(0, _fft.SpectrumLength), _imaginary.AsSpan(0, _fft.SpectrumLength), _back.AsSpan(0, _length), _scratch);

    private void InverseMany() => _fft.InverseMany(_real, _imaginary, _back, _scratch);

    // Zeros stay zeros in place, however often; the time does not depend on the values.
    private void ComplexSingle() => _complex.Forward(_complexReal.AsSpan(0, _length), _complexImaginary.AsSpan(0, _length), _scratch);

    private void ComplexMany() => _complex.ForwardMany(_complexReal, _complexImaginary, _scratch);

    // It works in place on n + 2 floats, so the samples are put there first; a copy is a small part of its time.
    private void MathNetSingle()
    {
        Array.Copy(_samples, _packed, _length);
        Fourier.ForwardReal(_packed, _length, FourierOptions.AsymmetricScaling);
    }

    private void FftwLoop()
    {
        int spectrumBytes = 8 * _fft.SpectrumLength;
        for (int i = 0; i < Batch; i++)
        {
            // The plan assumes FFTW's 16-byte alignment, which every other half spectrum of n/2 + 1 bins lacks.
            int place = i % 2 == 0 ? i : i - 1;
            Fftw.Execute(_plan, _fftwSamples + (4 * i * _length), _fftwSpectra + (place * spectrumBytes));
        }
    }

    private void CheckSame()
    {
        Many();
        Fftw.Execute(_planMany);
        float[] spectra = new float[2 * Batch * _fft.SpectrumLength];
        Marshal.Copy(_fftwSpectra, spectra, 0, spectra.Length);
        double tolerance = 1e-5 * Math.Sqrt(_length);
        for (int i = 0; i < _real.Length; i++)
        {
            Require(Math.Abs(_real[i] - spectra[2 * i]) < tolerance && Math.Abs(_imaginary[i] - spectra[(2 * i) + 1]) < tolerance, "FFTW");
        }

        Single();
        MathNetSingle();
        for (int k = 0; k < _fft.SpectrumLength; k++)
        {
            Require(
                Math.Abs(_real[k] - _packed[2 * k]) < tolerance && Math.Abs(_imaginary[k] - _packed[(2 * k) + 1]) < tolerance, "MathNet");
            Require(
                Math.Abs(_real[k] - spectra[2 * k]) < tolerance && Math.Abs(_imaginary[k] - spectra[(2 * k) + 1]) < tolerance, "FFTW");
        }
    }

    private static void Require(bool same, string other)
    {
        if (!same)
        {
            throw new InvalidOperationException($"Thrum and {other} do not give the same spectrum");
        }
    }
}
