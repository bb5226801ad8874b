using FsCheck;
using FsCheck.Fluent;
using Thrum.Spectral.Lines;

namespace Thrum.Spectral.Tests.Lines;

public sealed class HarmonicSearchTests
{
    [Fact]
    public void RunningMedian_Noise_EqualsReference()
    {
        float[] values = [.. References.Noise(43, 60).Select(MathF.Abs)];
        float[] floor = new float[60];

        NoiseFloor.RunningMedian(values, 5, floor, new float[NoiseFloor.ScratchLength(5)]);

        Assert.Equal(References.Read("running-median.json").EnumerateArray().Select(v => (float)v.GetDouble()), floor);
    }

    [Fact]
    public void RunningMedian_AnyValues_IsTheMedianOfEachSpan()
    {
        Gen<(int Length, int Half, int Seed)> cases =
            from length in Gen.Choose(0, 80) from half in Gen.Choose(0, 100) from seed in Gen.Choose(0, 1_000_000) select (length, half, seed);
        Check.QuickThrowOnFailure(Prop.ForAll(cases.ToArbitrary(), chosen =>
        {
            // Few different values, so that there are many ties.
            float[] values = [.. Signals.Noise(chosen.Length, chosen.Seed).Select(x => MathF.Round(4 * x))];
            float[] floor = new float[chosen.Length];
            NoiseFloor.RunningMedian(values, chosen.Half, floor, new float[NoiseFloor.ScratchLength(chosen.Half)]);
            return Enumerable.Range(0, chosen.Length).All(i =>
            {
                float[] span = [.. values[Math.Max(0, i - chosen.Half)..Math.Min(chosen.Length, i + chosen.Half + 1)].Order()];
                return floor[i] == span[span.Length / 2];
            });
        }));
    }

    [Fact]
    public void RunningMedian_NaN_IsNaNEverywhere()
    {
        float[] floor = new float[3];
        NoiseFloor.RunningMedian([1, float.NaN, 2], 1, floor, new float[4]);

        Assert.All(floor, value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void Find_SlippedFamilyInNoise_FindsItsFundamental()
    {
        (float[] amplitudes, float[] floor) = Noisy(1000);
        foreach (int h in new[] { 1, 2, 4 })
        {
            amplitudes[(int)Math.Round(h * 109.4 / 0.5)] = 12;
        }

        SpectralLine[] lines = new SpectralLine[4];
        HarmonicFamily family = HarmonicSearch.Find(new(amplitudes, floor, 0.5), 107.6, 0.02, 4, lines);

        Assert.Equal(109.4, family.FundamentalHz, 0.15);
        Assert.Equal(3, family.Matched);
        Assert.Equal(36, family.AmplitudeSum, 1e-3);
        Assert.True(lines[2].OverFloor < 4);
        Assert.Equal(family.FirstOverFloor, lines[0].OverFloor, 1e-6);
    }

    [Fact]
    public void Find_NoiseAlone_MatchesNothing()
    {
        (float[] amplitudes, float[] floor) = Noisy(1000);

        Assert.Equal(0, HarmonicSearch.Find(new(amplitudes, floor, 0.5), 107.6, 0.02, 4, new SpectralLine[4]).Matched);
        Assert.Equal(0, HarmonicSearch.Find(new(amplitudes, floor, 0.5), 5000, 0.02, 4, new SpectralLine[4]).Matched);
    }

    [Fact]
    public void Sidebands_AroundALine_AreCounted()
    {
        (float[] amplitudes, float[] floor) = Noisy(1000);
        amplitudes[400] = 30;
        amplitudes[340] = amplitudes[460] = amplitudes[520] = 8;

        Assert.Equal((3, 24.0), HarmonicSearch.Sidebands(new(amplitudes, floor, 0.5), 200, 30, 2, 4));
    }

    [Fact]
    public void Peaks_MoreThanRoom_KeepsTheStrongest()
    {
        (float[] amplitudes, float[] floor) = Noisy(1000);
        amplitudes[100] = 20;
        amplitudes[300] = 40;
        amplitudes[500] = 30;
        amplitudes[501] = 15;
        SpectralLine[] two = new SpectralLine[2];
        SpectralLine[] many = new SpectralLine[10];

        int found = new LineSpectrum(amplitudes, floor, 0.5).Peaks(10, two);
        int all = new LineSpectrum(amplitudes, floor, 0.5).Peaks(10, many);

        Assert.Equal((2, 3), (found, all));
        Assert.Equal([40f, 30f], two.Select(line => line.Amplitude));
        Assert.InRange(two[1].FrequencyHz, 250.01, 250.3);
    }

    [Fact]
    public void LineSpectrum_BadInput_IsAsStated()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LineSpectrum(new float[2], new float[3], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LineSpectrum(new float[2], new float[2], 0));
        Assert.Equal(float.PositiveInfinity, new LineSpectrum([0, 1], [0, 0], 1).OverFloor(1));
        Assert.Equal(0, new LineSpectrum([0, 1], [0, 0], 1).OverFloor(0));
        Assert.Equal(new(9, 0, 0), new LineSpectrum([0, 1], [0, 0], 1).LineNear(9, 1));
    }

    /// <summary>Amplitudes of noise (Rayleigh, median 1.18) and their floor.</summary>
    private static (float[] Amplitudes, float[] Floor) Noisy(int bins)
    {
        Random random = new(5);
        float[] amplitudes = [.. Enumerable.Range(0, bins).Select(_ => (float)Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())))];
        float[] floor = new float[bins];
        NoiseFloor.RunningMedian(amplitudes, 30, floor, new float[NoiseFloor.ScratchLength(30)]);
        return (amplitudes, floor);
    }
}
