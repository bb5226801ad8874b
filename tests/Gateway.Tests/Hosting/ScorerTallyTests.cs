using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Windows;
using Thrum.Gateway.Hosting;

namespace Thrum.Gateway.Tests.Hosting;

public sealed class ScorerTallyTests
{
    private static readonly AxisStream Stream = new StreamRegistry(1).Resolve(new AxisId("m", "s", "x"));

    [Fact]
    public void Auroc_AgainstAllPairs_IsTheSameToABin()
    {
        var random = new Random(4);
        float[] normal = [.. Enumerable.Range(0, 500).Select(_ => (float)Math.Exp(Gauss(random)))];
        float[] confirmed = [.. Enumerable.Range(0, 300).Select(_ => (float)Math.Exp(1 + Gauss(random)))];
        var tally = new ScorerTally();
        foreach (float score in normal)
        {
            tally.Take(Window(score, 0.5f, AlarmState.Normal), AlarmState.Normal);
        }

        Assert.Null(tally.Auroc());
        foreach (float score in confirmed)
        {
            tally.Take(Window(score, 0.5f, AlarmState.Normal), AlarmState.ActiveAcknowledged);
        }

        double pairs = normal.Sum(low => confirmed.Average(high => high > low ? 1.0 : 0)) / normal.Length;
        Assert.InRange(pairs, 0.7, 0.8);
        Assert.Equal(pairs, tally.Auroc()!.Value, 2);
    }

    [Fact]
    public void Take_Episodes_CountsAlarmsAndThoseThatNobodyConfirmed()
    {
        var tally = new ScorerTally();
        (AlarmState Mine, AlarmState Live)[] windows =
        [
            (AlarmState.ActiveUnacknowledged, AlarmState.Normal), (AlarmState.ActiveUnacknowledged, AlarmState.ActiveUnacknowledged), (AlarmState.Normal, AlarmState.Normal),
            (AlarmState.ActiveUnacknowledged, AlarmState.ActiveAcknowledged), (AlarmState.ActiveUnacknowledged, AlarmState.Normal), (AlarmState.Normal, AlarmState.Normal),
            (AlarmState.ActiveUnacknowledged, AlarmState.Normal),
        ];
        foreach ((AlarmState mine, AlarmState live) in windows)
        {
            tally.Take(Window(1, float.NaN, mine), live);
        }

        Assert.Equal((3, 1, 5), (tally.Alarms, tally.Unconfirmed, tally.AlarmWindows));
        Assert.Equal(0, tally.PValues.Sum());
    }

    [Theory]
    [InlineData(1f, 0)]
    [InlineData(0.32f, 0)]
    [InlineData(0.3f, 1)]
    [InlineData(0.0099f, 4)]
    [InlineData(1e-30f, 16)]
    public void Take_PValue_FallsIntoItsHalfDecade(float pValue, int bin)
    {
        var tally = new ScorerTally();

        tally.Take(Window(1, pValue, AlarmState.Normal), AlarmState.Normal);

        Assert.Equal(bin, Array.IndexOf(tally.PValues, 1));
    }

    private static double Gauss(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static WindowScore Window(float score, float pValue, AlarmState state) => new()
    {
        Stream = Stream,
        Model = ScoredModel.None,
        TimeUnixNs = 0,
        Status = WindowStatus.Valid,
        State = state,
        Score = score,
        PValue = pValue,
        Threshold = 1,
    };
}
