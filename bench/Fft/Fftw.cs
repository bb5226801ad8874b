using System.Runtime.InteropServices;

namespace Thrum.Fft;

/// <summary>The part of FFTW 3 in single precision that is compared with; measured plans, one thread.</summary>
internal static class Fftw
{
    public const uint Measure = 0;
    private const string Library = "libfftw3f.so.3";

    [DllImport(Library, EntryPoint = "fftwf_malloc")]
    public static extern nint Allocate(nuint bytes);

    [DllImport(Library, EntryPoint = "fftwf_free")]
    public static extern void Free(nint memory);

    [DllImport(Library, EntryPoint = "fftwf_plan_dft_r2c_1d")]
    public static extern nint Plan(int length, nint samples, nint spectrum, uint flags);

    [DllImport(Library, EntryPoint = "fftwf_plan_many_dft_r2c")]
    public static extern nint PlanMany(
        int rank,
        in int length,
        int count,
        nint samples,
        nint sampleEmbed,
        int sampleStride,
        int sampleDistance,
        nint spectra,
        nint spectrumEmbed,
        int spectrumStride,
        int spectrumDistance,
        uint flags);

    [DllImport(Library, EntryPoint = "fftwf_destroy_plan")]
    public static extern void Destroy(nint plan);

    // Without the switch between managed and native state, which would cost FFTW some nanoseconds a call.
    [SuppressGCTransition]
    [DllImport(Library, EntryPoint = "fftwf_execute")]
    public static extern void Execute(nint plan);

    [SuppressGCTransition]
    [DllImport(Library, EntryPoint = "fftwf_execute_dft_r2c")]
    public static extern void Execute(nint plan, nint samples, nint spectrum);
}
