using Thrum.Ingest.Payloads;
using Thrum.Ingest.Sparkplug;
using Thrum.Ingest.Topics;
using Thrum.Spectral.Units;

namespace Thrum.Ingest.Pipeline;

/// <summary>One entry of the topic configuration, parsed.</summary>
internal sealed record TopicRule(TopicTemplate Template, PayloadFormat Format, PayloadCompression Compression, PayloadScaling Scaling, double SampleRateHz, VibrationUnit? Unit)
{
    /// <summary>Parses checked options.</summary>
    public static TopicRule Of(TopicOptions options)
    {
        PayloadFormat format = PayloadFormat.Thrum;
        return options.IsSparkplug || PayloadFormats.TryParse(options.Format, out format)
            ? new TopicRule(
                TopicTemplate.Parse(options.IsSparkplug ? SparkplugPath.TemplateOf(options.Template) : options.Template, options.Names),
                options.IsSparkplug ? PayloadFormat.Thrum : format,
                options.Compression,
                new PayloadScaling(options.Scale, options.Offset),
                options.SampleRateHz,
                VibrationUnits.Parse(options.Unit))
            : throw new FormatException($"Format '{options.Format}' is not known");
    }
}
