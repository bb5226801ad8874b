using System.Text;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Windows;
using Thrum.Sink.LineProtocol;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.LineProtocol;

public sealed class ScoreEncoderTests
{
    private readonly Given _given = new();

    [Fact]
    public void Encode_ScoredWindow_WritesAllFields()
    {
        using ScoreBatch batch = _given.Pool.Rent();
        batch.Append(Given.Window(_given.Axis("pump 1"), Given.StartUnixNs, 0.5f), [0.5f, 2]);
        Assert.Equal(
            "vibration_score,axis=x,machine=pump\\ 1,scorer=dense,sensor=bearing mse=0.5,fft_120_180hz=2,score=0.5,p_value=0.25,threshold=12.5,"
            + "state=\"normal\",status=\"valid\",model=\"dense\",model_revision=\"0123456789ab\" 1767323045000000000\n",
            Encode(new ScoreEncoder(), batch));
    }

    [Fact]
    public void EncodeShadow_WhateverItsAlarms_HasTheStateShadowAndItsOwnScorer()
    {
        using ScoreBatch batch = _given.Pool.Rent();
        batch.Append(Given.Window(_given.Axis(), Given.StartUnixNs, 0.5f), [0.5f, 2]);
        batch.AppendShadow(
            Given.Window(_given.Axis(), Given.StartUnixNs, 7) with { Model = Given.Model with { Name = "next" }, State = Detector.Alarms.AlarmState.ActiveUnacknowledged }, [7, 8]);
        using ByteBuffer buffer = new();

        Assert.True(new ScoreEncoder().EncodeShadow(buffer, batch, in batch.Shadows[0]));

        Assert.Equal(
            "vibration_score,axis=x,machine=pump,scorer=next,sensor=bearing mse=7,fft_120_180hz=8,score=7,p_value=0.25,threshold=12.5,"
            + "state=\"shadow\",status=\"valid\",model=\"next\",model_revision=\"0123456789ab\" 1767323045000000000\n",
            Encoding.UTF8.GetString(buffer.Written.Span));
    }

    [Fact]
    public void Encode_WindowWithoutScore_WritesStateStatusAndModel()
    {
        using ScoreBatch batch = _given.Pool.Rent();
        batch.Append(Given.Window(_given.Axis(), 1, float.NaN, WindowStatus.Gap) with { PValue = float.NaN, Threshold = float.NaN }, []);
        batch.Append(Given.Window(_given.Axis(), 2, float.NaN, WindowStatus.NoModel) with { Model = ScoredModel.None, PValue = float.NaN, Threshold = float.NaN }, []);
        Assert.Equal(
            "vibration_score,axis=x,machine=pump,scorer=dense,sensor=bearing state=\"normal\",status=\"gap\",model=\"dense\",model_revision=\"0123456789ab\" 1\n"
            + "vibration_score,axis=x,machine=pump,scorer=none,sensor=bearing state=\"normal\",status=\"noModel\",model=\"\",model_revision=\"\" 2\n",
            Encode(new ScoreEncoder(), batch));
    }

    [Fact]
    public void Encode_MetricsOnly_WritesMetricsAndLeavesOutWindowsWithout()
    {
        using ScoreBatch batch = _given.Batch(1, from: 3);
        batch.Append(Given.Window(_given.Axis(), 1, float.NaN, WindowStatus.Gap), []);
        batch.Append(Given.Window(_given.Axis(), 2, 1), [float.NaN, 7]);
        Assert.Equal(
            "vibration_score,axis=x,machine=pump,scorer=dense,sensor=bearing mse=3,fft_120_180hz=3 1767323048000000000\n"
            + "vibration_score,axis=x,machine=pump,scorer=dense,sensor=bearing fft_120_180hz=7 2\n",
            Encode(new ScoreEncoder(LineFields.Metrics), batch));
    }

    [Fact]
    public void Encode_ModelsInterleavedAndReloaded_EachPointHasItsOwn()
    {
        ScoredModel other = new("lstm", "aaaaaaaaaaaa", ["mae"], ["mae"]);
        ScoredModel reloaded = Given.Model with { Revision = "bbbbbbbbbbbb" };
        using ScoreBatch batch = _given.Pool.Rent();
        foreach (ScoredModel model in new[] { Given.Model, other, reloaded, other, Given.Model })
        {
            batch.Append(Given.Window(_given.Axis(), 1, 1) with { Model = model }, model == other ? [1] : [1, 1]);
        }

        using ByteBuffer buffer = new();
        ScoreEncoder encoder = new();
        foreach (ref readonly WindowScore window in batch.Windows)
        {
            encoder.Encode(buffer, batch, in window);
        }

        IReadOnlyList<LinePoint> points = LinePoint.ParseAll(buffer.Written.Span);
        Assert.Equal(["dense", "lstm", "dense", "lstm", "dense"], points.Select(point => point.Tags["scorer"]));
        Assert.Equal(
            ["0123456789ab", "aaaaaaaaaaaa", "bbbbbbbbbbbb", "aaaaaaaaaaaa", "0123456789ab"],
            points.Select(point => point.Fields["model_revision"]));
    }

    [Fact]
    public void Encode_EveryStateAndStatus_HasItsWireName()
    {
        foreach (AlarmState state in Enum.GetValues<AlarmState>())
        {
            foreach (WindowStatus status in Enum.GetValues<WindowStatus>())
            {
                using ScoreBatch batch = _given.Pool.Rent();
                batch.Append(Given.Window(_given.Axis(), 1, float.NaN, status) with { State = state }, []);
                LinePoint point = LinePoint.Parse(Encode(new ScoreEncoder(), batch).TrimEnd('\n'));
                Assert.Equal(state.ToWireName(), point.Fields["state"]);
                Assert.Equal(status.ToWireName(), point.Fields["status"]);
            }
        }
    }

    [Fact]
    public void Encode_SteadyState_AllocatesNothing()
    {
        using ScoreBatch batch = _given.Batch(1000);
        using ByteBuffer buffer = new(1 << 20);
        ScoreEncoder encoder = new();

        Assert.Equal(0, Allocations.WhenWarm(() => EncodeAll(encoder, buffer, batch)));
    }

    [Fact]
    public void EncodeAlarm_Transition_WritesAllFields()
    {
        using ByteBuffer buffer = new();
        AlarmTransition transition = Given.Transition(message: "said \"loud\"\nand clear") with { Value = double.NaN };
        AlarmEncoder.Encode(buffer, transition);
        Assert.Equal(
            "vibration_alarm,axis=x,machine=pump,rule=mse-high,sensor=bearing,severity=alarm "
            + $"transition_id=\"{transition.Id:D}\",from=\"normal\",to=\"activeUnacknowledged\",metric=\"mse\",threshold=12.5,"
            + "diagnosis=\"undetermined\",message=\"said \\\"loud\\\" and clear\" 1767323045000000000\n",
            Encoding.UTF8.GetString(buffer.Written.Span));
    }

    [Fact]
    public void EncodeAlarm_OfAMachine_HasAllForSensorAndAxis()
    {
        using ByteBuffer buffer = new();
        AlarmEncoder.Encode(buffer, Given.Transition() with { Axis = AxisId.AllOf("pump"), RuleId = "machine" });
        Assert.StartsWith(
            "vibration_alarm,axis=all,machine=pump,rule=machine,sensor=all,severity=alarm ", Encoding.UTF8.GetString(buffer.Written.Span), StringComparison.Ordinal);
    }

    private static void EncodeAll(ScoreEncoder encoder, ByteBuffer buffer, ScoreBatch batch)
    {
        buffer.Truncate(0);
        foreach (ref readonly WindowScore window in batch.Windows)
        {
            encoder.Encode(buffer, batch, in window);
        }
    }

    private static string Encode(ScoreEncoder encoder, ScoreBatch batch)
    {
        using ByteBuffer buffer = new(16);
        foreach (ref readonly WindowScore window in batch.Windows)
        {
            encoder.Encode(buffer, batch, in window);
        }

        return Encoding.UTF8.GetString(buffer.Written.Span);
    }
}
