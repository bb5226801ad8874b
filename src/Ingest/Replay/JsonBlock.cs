using System.Buffers;
using System.Text.Json;

namespace Thrum.Ingest.Replay;

/// <summary>A block in the JSON payload form, for brokers without MQTT 5: <c>{"time":…,"rate":…,"samples":[…]}</c>.</summary>
internal static class JsonBlock
{
    public static byte[] Encode(ReadOnlySpan<float> samples, long timeUnixNs, double sampleRateHz)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * samples.Length);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("time", timeUnixNs);
        json.WriteNumber("rate", sampleRateHz);
        json.WriteStartArray("samples");
        foreach (float sample in samples)
        {
            if (float.IsFinite(sample))
            {
                json.WriteNumberValue(sample);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
