using Thrum.Detector.Measures;

namespace Thrum.Detector.Tests.Measures;

public sealed class MeasureTests
{
    private static readonly MachineOptions Machine = new() { Match = "m/*", Rpm = 1500, Unit = "g" };

    [Fact]
    public async Task Measures_Sine_AreThoseOfTheSineOnMultiplesOfTheInterval()
    {
        using MeasureRun run = new(Machine);

        await run.FeedAsync(Sine(12_000, 0.01), 500);

        // The buffer holds a hundred turns at 25 Hz, four seconds.
        Assert.InRange(run.Measures.Count, 8, 9);
        Assert.All(run.Measures, measure =>
        {
            Assert.Equal(0.01 / Math.Sqrt(2), measure.Rms, 1e-5);
            Assert.Equal(0.01, measure.Peak, 1e-4);
            Assert.Equal(1.5, measure.Kurtosis, 0.01);
            Assert.Equal(Math.Sqrt(2), measure.Crest, 0.01);
            Assert.Equal(1000 * 0.01 * 9.80665 / (2 * Math.PI * 20) / Math.Sqrt(2), measure.VelocityRmsMmS, 0.001);
            Assert.Equal("A", measure.Zone);
            Assert.Equal(25, measure.ShaftHz);
        });
        Assert.All(run.Measures.Skip(1).Select(measure => measure.TimeUnixNs % 1_000_000_000), phase => Assert.InRange(phase, 0, 16_000_000));
    }

    [Fact]
    public async Task Measures_UnknownMachine_HaveNoVelocityNorSpeed()
    {
        using MeasureRun run = new(Machine with { Match = "other/*" });

        await run.FeedAsync(Sine(3000, 0.01), 500);

        Assert.NotEmpty(run.Measures);
        Assert.All(run.Measures, measure => Assert.True(double.IsNaN(measure.VelocityRmsMmS) && double.IsNaN(measure.ShaftHz) && measure.Zone is null));
    }

    [Fact]
    public async Task Measures_HoleInTheStream_AreAbsentUntilTheBufferIsFullAgain()
    {
        using MeasureRun run = new(null);

        await run.FeedAsync(Sine(6000, 0.01), 100, 0, 0, 2500);

        long hole = MeasureRun.Origin + 2_500_000_000, full = hole + 1_100_000_000;
        Assert.DoesNotContain(run.Measures, measure => measure.TimeUnixNs > hole && measure.TimeUnixNs < full);
        Assert.Contains(run.Measures, measure => measure.TimeUnixNs > full);
    }

    [Fact]
    public async Task Measures_SampleThatIsNoNumber_AreAbsentWhileItIsInTheBuffer()
    {
        float[] samples = Sine(6000, 0.01);
        samples[2500] = float.NaN;
        using MeasureRun run = new(null);

        await run.FeedAsync(samples, 100);

        Assert.All(run.Measures, measure => Assert.True(double.IsFinite(measure.Rms)));
        Assert.Contains(run.Measures, measure => measure.TimeUnixNs > MeasureRun.Origin + 4_000_000_000);
    }

    [Fact]
    public async Task Measures_NoBuffer_AreNone()
    {
        using MeasureRun run = new(Machine, measures: new MeasureOptions { Buffer = TimeSpan.Zero });

        await run.FeedAsync(Sine(6000, 0.01), 100);

        Assert.Empty(run.Measures);
    }

    [Fact]
    public void Faults_UnknownBearingOrUnit_SaysWhatIsExpected()
    {
        Assert.Empty(Machine.Faults());
        Assert.Contains("Bearing is '6299', expected one of", new MachineOptions { Bearing = "6299" }.Faults().Single(), StringComparison.Ordinal);
        Assert.Equal("Unit is 'kg', expected g, m/s2, mm/s or um", new MachineOptions { Unit = "kg" }.Faults().Single());
    }

    [Fact]
    public void TryCopy_Ring_GivesTheLastSamplesBehindTheNewest()
    {
        SampleRing ring = new(5);
        float[] two = new float[2];
        Assert.False(ring.TryCopy(0, two));
        for (int i = 1; i <= 7; i++)
        {
            ring.Add([i]);
        }

        Assert.True(ring.TryCopy(0, two));
        Assert.Equal([6, 7], two);
        Assert.True(ring.TryCopy(3, two));
        Assert.Equal([3, 4], two);
        Assert.False(ring.TryCopy(4, two));
        ring.Add([1, 2, 3, 4, 5, 6, 7, 8]);
        Assert.True(ring.TryCopy(3, two));
        Assert.Equal([4, 5], two);
    }

    /// <summary>At 1 kHz, 20 Hz.</summary>
    private static float[] Sine(int count, double amplitude) =>
        [.. Enumerable.Range(0, count).Select(i => (float)(amplitude * Math.Sin(2 * Math.PI * 20 * i / 1000)))];
}
