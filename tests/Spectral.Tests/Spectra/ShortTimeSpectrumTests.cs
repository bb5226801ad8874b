using System.Text.Json;
using Thrum.Spectral.Spectra;

namespace Thrum.Spectral.Tests.Spectra;

public sealed class ShortTimeSpectrumTests
{
    [Fact]
    public void TransformAndPower_Noise_EqualSciPy()
    {
        JsonElement expected = References.Read("stft.json");
        float[] samples = References.Noise(22, 1000);
        ShortTimeSpectrum plan = new(128, 48, 8000);
        int frames = plan.FrameCount(samples.Length);
        float[] real = new float[frames * plan.BinCount];
        float[] imaginary = new float[real.Length];
        float[] power = new float[real.Length];
        float[] scratch = new float[plan.ScratchLength];

        Assert.Equal(expected.Int("frames"), plan.Transform(samples, real, imaginary, scratch));
        Assert.Equal(frames, plan.Power(samples, power, scratch));

        References.AssertClose(expected.Doubles("real"), EverySeventh(real), 1e-5, 1e-5);
        References.AssertClose(expected.Doubles("imaginary"), EverySeventh(imaginary), 1e-5, 1e-5);
        References.AssertClose(expected.Doubles("power"), EverySeventh(power), 1e-5, 1e-10);
    }

    [Fact]
    public void Power_ToneThatStarts_StandsInLaterFramesOnly()
    {
        float[] samples = new float[1024];
        Signals.Sine(512, 64).CopyTo(samples, 512);
        ShortTimeSpectrum plan = new(128, 128, 1000, scale: PowerScale.Spectrum);
        float[] power = new float[8 * plan.BinCount];

        plan.Power(samples, power, new float[plan.ScratchLength]);

        for (int frame = 0; frame < 8; frame++)
        {
            Assert.Equal(frame < 4 ? 0 : 0.5, power[(frame * plan.BinCount) + 16], 1e-5);
        }

        Assert.Equal(125, plan.BinToHz(16));
        Assert.Equal(0.192, plan.FrameToSeconds(1), 1e-12);
    }

    [Fact]
    public void Power_ShortOutput_Throws()
    {
        ShortTimeSpectrum plan = new(64, 32, 1000);

        Assert.Equal(0, plan.Power(new float[63], [], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => plan.Power(new float[96], new float[65], new float[plan.ScratchLength]));
    }

    [Fact]
    public void Power_Warm_AllocatesNothing()
    {
        ShortTimeSpectrum plan = new(64, 32, 1000);
        float[] samples = Signals.Noise(640, 1);
        float[] power = new float[plan.FrameCount(640) * plan.BinCount];
        float[] scratch = new float[plan.ScratchLength];

        Assert.Equal(0, Allocations.WhenWarm(() => plan.Power(samples, power, scratch)));
    }

    private static float[] EverySeventh(float[] values) => [.. values.Where((_, i) => i % 7 == 0)];
}
