using Thrum.Ingest.Payloads;
using Thrum.Ingest.Topics;

namespace Thrum.Ingest.Pipeline;

/// <summary>One entry of the topic configuration, parsed.</summary>
internal sealed record TopicRule(TopicTemplate Template, PayloadFormat Format, PayloadCompression Compression, PayloadScaling Scaling, double SampleRateHz)
{
    /// <summary>Parses checked options.</summary>
    public static TopicRule Of(TopicOptions options) => new(
        TopicTemplate.Parse(options.Template),
        PayloadFormats.TryParse(options.Format, out PayloadFormat format) ? format : throw new FormatException($"Format '{options.Format}' is not known"),
        options.Compression,
        new PayloadScaling(options.Scale, options.Offset),
        options.SampleRateHz);
}
