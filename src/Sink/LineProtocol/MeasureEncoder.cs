using Thrum.Detector.Samples;
using Thrum.Detector.Scores;

namespace Thrum.Sink.LineProtocol;

/// <summary>
/// Encodes measures as points of <c>vibration_measure</c>. Tags are encoded once per stream; a point then allocates nothing. A value
/// that does not exist is left out. Not thread-safe.
/// </summary>
internal sealed class MeasureEncoder
{
    private static readonly byte[] RmsKey = LineProtocolText.FieldKey("rms");
    private static readonly byte[] PeakKey = LineProtocolText.FieldKey("peak");
    private static readonly byte[] CrestKey = LineProtocolText.FieldKey("crest");
    private static readonly byte[] KurtosisKey = LineProtocolText.FieldKey("kurtosis");
    private static readonly byte[] VelocityKey = LineProtocolText.FieldKey("velocity_rms");
    private static readonly byte[] ShaftKey = LineProtocolText.FieldKey("shaft_hz");

    private static readonly byte[][] Zones = [.. "ABCD".Select(zone => LineProtocolText.StringField("zone", zone.ToString()))];

    private byte[]?[] _heads = new byte[]?[64];

    /// <summary>Appends the point; false when it has no field to write.</summary>
    public bool Encode(ByteBuffer buffer, in VibrationMeasure measure)
    {
        LineProtocolWriter point = new(buffer);
        point.Begin(HeadOf(measure.Stream));
        point.Field(RmsKey, measure.Rms);
        point.Field(PeakKey, measure.Peak);
        point.Field(CrestKey, measure.Crest);
        point.Field(KurtosisKey, measure.Kurtosis);
        point.Field(VelocityKey, measure.VelocityRmsMmS);
        if (measure.Zone is [>= 'A' and <= 'D' and char zone])
        {
            point.Encoded(Zones[zone - 'A']);
        }

        point.Field(ShaftKey, measure.ShaftHz);
        return point.End(measure.TimeUnixNs);
    }

    private byte[] HeadOf(AxisStream stream)
    {
        if (stream.Slot >= _heads.Length)
        {
            Array.Resize(ref _heads, Math.Max(2 * _heads.Length, stream.Slot + 1));
        }

        return _heads[stream.Slot] ??= LineProtocolText.Series(
            "vibration_measure", ("axis", stream.Id.Axis), ("machine", stream.Id.Machine), ("sensor", stream.Id.Sensor));
    }
}
