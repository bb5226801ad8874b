using System.Text;
using Thrum.Detector.Scores;
using Thrum.Sink.LineProtocol;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.LineProtocol;

public sealed class MeasureEncoderTests
{
    private readonly Given _given = new();

    [Fact]
    public void Encode_WholeMeasure_WritesAllFields() => Assert.Equal(
        "vibration_measure,axis=x,machine=pump\\ 1,sensor=bearing rms=0.5,peak=2,crest=4,kurtosis=3.5,velocity_rms=1.25,zone=\"B\",shaft_hz=24.5 1767323045000000000\n",
        Encode(new VibrationMeasure(_given.Axis("pump 1"), Given.StartUnixNs, 0.5, 2, 4, 3.5, 1.25, "B", 24.5)));

    [Fact]
    public void Encode_UnknownMachine_LeavesOutWhatDoesNotExist() => Assert.Equal(
        "vibration_measure,axis=x,machine=pump,sensor=bearing rms=0.5,peak=2,crest=4,kurtosis=3.5 1\n",
        Encode(new VibrationMeasure(_given.Axis(), 1, 0.5, 2, 4, 3.5, double.NaN, null, double.NaN)));

    [Fact]
    public void Encode_Evidence_WritesItsDiagnosisToThePointOfItsTransition()
    {
        using ByteBuffer transition = new(), evidence = new();
        AlarmEncoder.Encode(transition, Given.Transition());
        AlarmEncoder.Encode(evidence, Given.Evidence(Given.Transition()));

        string[] point = Text(transition).Split(' '), added = Text(evidence).Split(' ');
        Assert.Equal((point[0], point[^1]), (added[0], added[^1]));
        Assert.Equal("diagnosis=\"outer-race\"", added[1]);
    }

    [Fact]
    public void Encode_Warm_AllocatesNothing()
    {
        using ByteBuffer buffer = new();
        MeasureEncoder encoder = new();
        VibrationMeasure measure = new(_given.Axis(), 1, 0.5, 2, 4, 3.5, 1.25, "D", 24.5);

        long allocated = Allocations.WhenWarm(() =>
        {
            buffer.Truncate(0);
            encoder.Encode(buffer, in measure);
        });

        Assert.Equal(0, allocated);
    }

    private static string Encode(VibrationMeasure measure)
    {
        using ByteBuffer buffer = new();
        Assert.True(new MeasureEncoder().Encode(buffer, in measure));
        return Text(buffer);
    }

    private static string Text(ByteBuffer buffer) => Encoding.UTF8.GetString(buffer.Written.Span);
}
