using Thrum.Detector.Alarms;
using Thrum.Detector.Calibration;
using Thrum.Detector.Models;
using Thrum.Detector.Operating;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Tests.Pipeline;

namespace Thrum.Detector.Tests.Operating;

/// <summary>A machine whose speed is measured, with three bands, two of which the model is calibrated for.</summary>
internal static class SpeedRun
{
    public static readonly AxisId Axis = new("m1", "s1", "x");

    public static readonly OperatingBand Slow = new() { Name = "slow", From = 500, To = 1500 };
    public static readonly OperatingBand Fast = new() { Name = "fast", From = 1500, To = 3000 };
    public static readonly OperatingBand Top = new() { Name = "top", From = 3000, To = 4000 };

    public static readonly OperatingOptions Operating = new()
    {
        Source = "tacho/rpm",
        SourceTimeout = TimeSpan.FromMilliseconds(200),
        RunningAbove = 100,
        StopAfter = TimeSpan.FromMilliseconds(50),
        StartUp = TimeSpan.FromMilliseconds(100),
        Bands = [Slow, Fast, Top],
    };

    public static readonly AlarmRuleOptions Rule = new() { Threshold = ThresholdKind.Calibrated, RaiseSigma = 4, ClearSigma = 3, RaiseCount = 2, OfWindows = 3 };

    /// <summary>The dense model with a calibration of the slow and of the fast band: what is usual in the fast one is an alarm in the slow one.</summary>
    public static AutoencoderModel LoadModel()
    {
        BandCalibration[] bands = [Around(Slow, 1), Around(Fast, 400)];
        return TestModels.LoadDense(("thrum.bands", BandCalibration.ToJson(bands)));
    }

    /// <summary>A value of the machine's tacho at so many milliseconds.</summary>
    public static TestBlock Speed(string machine, int ms, params float[] values) => new(
        new AxisId(machine, "tacho", "rpm"), PipelineRun.Origin + (ms * 1_000_000L), 1000.0 / 25, values);

    /// <summary>Scores spread about a level, for every metric of the dense model.</summary>
    private static BandCalibration Around(OperatingBand band, double level)
    {
        using AutoencoderModel model = TestModels.LoadDense();
        var random = new Random(7);
        float[] scores = [.. Enumerable.Range(0, 400).Select(_ => (float)(level * Math.Exp(0.4 * ((2 * random.NextDouble()) - 1))))];
        return new BandCalibration(band, CalibrationTable.FromScores(model.Description.Metrics.ToDictionary(metric => metric, _ => (IReadOnlyList<float>)scores)), null);
    }
}
