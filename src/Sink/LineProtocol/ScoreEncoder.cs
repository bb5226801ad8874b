using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Windows;

namespace Thrum.Sink.LineProtocol;

/// <summary>
/// Encodes windows as points of <c>vibration_score</c>. Tags and field keys are encoded once per stream and model; a point then
/// allocates nothing. A value that does not exist (no score, no calibration) is left out. Not thread-safe.
/// </summary>
public sealed class ScoreEncoder
{
    private static readonly byte[] ScoreKey = LineProtocolText.FieldKey("score");
    private static readonly byte[] PValueKey = LineProtocolText.FieldKey("p_value");
    private static readonly byte[] ThresholdKey = LineProtocolText.FieldKey("threshold");

    private static readonly byte[][] States =
        [.. Enum.GetValues<AlarmState>().Select(state => LineProtocolText.StringField("state", state.ToWireName()))];

    private static readonly byte[] ShadowState = LineProtocolText.StringField("state", "shadow");

    private static readonly byte[][] Statuses =
        [.. Enum.GetValues<WindowStatus>().Select(status => LineProtocolText.StringField("status", status.ToWireName()))];

    private readonly bool _metricsOnly;
    private readonly SeriesTable<Series> _series = new((stream, model) => new Series(stream, model));

    /// <summary>An encoder that knows no stream yet.</summary>
    /// <param name="fields">Which fields are written.</param>
    public ScoreEncoder(LineFields fields = LineFields.All) => _metricsOnly = fields == LineFields.Metrics;

    /// <summary>Appends the window's point; false when it has no field to write.</summary>
    public bool Encode(ByteBuffer buffer, ScoreBatch batch, in WindowScore window) => Encode(buffer, batch, window, States[(int)window.State]);

    /// <summary>Appends the point of what a shadow made of a window: its alarms are nobody's, so its state is <c>shadow</c>.</summary>
    public bool EncodeShadow(ByteBuffer buffer, ScoreBatch batch, in WindowScore window) => Encode(buffer, batch, window, ShadowState);

    private bool Encode(ByteBuffer buffer, ScoreBatch batch, in WindowScore window, byte[] state)
    {
        Series series = _series.Get(window.Stream, window.Model);
        LineProtocolWriter point = new(buffer);
        point.Begin(series.Head);
        ReadOnlySpan<float> metrics = batch.Metrics(in window);
        byte[][] keys = series.MetricKeys;
        for (int i = 0; i < metrics.Length; i++)
        {
            point.Field(keys[i], metrics[i]);
        }

        if (!_metricsOnly)
        {
            point.Field(ScoreKey, window.Score);
            point.Field(PValueKey, window.PValue);
            point.Field(ThresholdKey, window.Threshold);
            point.Encoded(state);
            point.Encoded(Statuses[(int)window.Status]);
            point.Encoded(series.ModelFields);
        }

        return point.End(window.TimeUnixNs);
    }

    private sealed class Series
    {
        public Series(AxisStream stream, ScoredModel model)
        {
            // Without a model the tag keeps a value, so that every point of the measurement has the same tags.
            string scorer = model.Name.Length > 0 ? model.Name : "none";
            AxisId id = stream.Id;
            Head = LineProtocolText.Series("vibration_score", ("axis", id.Axis), ("machine", id.Machine), ("scorer", scorer), ("sensor", id.Sensor));
            MetricKeys = [.. model.FieldKeys.Select(LineProtocolText.FieldKey)];
            ModelFields = [.. LineProtocolText.StringField("model", model.Name), (byte)',', .. LineProtocolText.StringField("model_revision", model.Revision)];
        }

        public byte[] Head { get; }

        public byte[][] MetricKeys { get; }

        public byte[] ModelFields { get; }
    }
}
