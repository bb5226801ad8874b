using System.Globalization;
using Thrum.Detector.Baselines;

namespace Thrum.Detector.Tests.Baselines;

/// <summary>
/// Two bearings run to failure (PRONOSTIA, IEEE PHM 2012), one window per snapshot, one configuration, calibrated on the first 150 snapshots.
/// The visible jumps of the RMS come at snapshots 826 and 490.
/// </summary>
public sealed class PronostiaBaselineTests
{
    private const int Snapshot = 2048;

    // Healthy snapshots reach 4.9, the jumps begin at 5.96; a snapshot comes every 10 s, so one alone decides.
    private const double RaiseSigma = 5.5;

    [Theory]
    [InlineData("Bearing1_2", 826)]
    [InlineData("Bearing3_1", 490)]
    public void Next_RunToFailure_AlarmsAtTheJumpAndNotBefore(string bearing, int jump)
    {
        string[] files = [.. Directory.EnumerateFiles(Require.SharedData("pronostia", bearing), "acc_*.csv").Order(StringComparer.Ordinal)];
        var features = new BaselineFeatures(Snapshot);
        var state = new BaselineState(features.BinCount, 75, 75);
        double[] scores = new double[BaselineScores.Count];
        float[] values = new float[BaselineScores.Values];
        int? first = null;
        for (int i = 0; i < files.Length; i++)
        {
            Assert.True(features.TryTake(Horizontal(files[i]), scores));
            bool scored = state.Next(features.Bins, scores, values, features.Scratch) == BaselineStep.Scored;
            bool isAlarm = scored
                && Math.Max(values[BaselineScores.Deviation(BaselineScores.Rms)], values[BaselineScores.Deviation(BaselineScores.ZSquaredUp)]) >= RaiseSigma;
            first ??= isAlarm ? i : null;
        }

        Assert.Equal(jump, first);
    }

    private static float[] Horizontal(string file) =>
        [.. File.ReadLines(file).Take(Snapshot).Select(line => float.Parse(line.Split(line.Contains(';', StringComparison.Ordinal) ? ';' : ',')[4], CultureInfo.InvariantCulture))];
}
