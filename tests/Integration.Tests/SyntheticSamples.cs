using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Thrum.Detector.Samples;
using Thrum.Ingest.Mqtt;

namespace Thrum.Integration.Tests;

/// <summary>Samples that no recording has, published block by block on the grid that begins at <see cref="Cwru.Start"/>.</summary>
internal static class SyntheticSamples
{
    public const int BlockSamples = 512;

    /// <summary>Uniform noise from a fixed seed.</summary>
    public static float[] Noise(int count)
    {
        Random random = new(1);
        float[] samples = new float[count];
        foreach (ref float sample in samples.AsSpan())
        {
            sample = (float)(0.1 * (random.NextDouble() - 0.5));
        }

        return samples;
    }

    public static Task<MqttPublisher> ConnectAsync(int brokerPort, MqttProtocolChoice protocol = MqttProtocolChoice.Auto) =>
        MqttPublisher.ConnectAsync(
            new MqttSessionOptions { Host = "127.0.0.1", Port = brokerPort, Protocol = protocol }, TimeProvider.System, CancellationToken.None);

    /// <summary>Publishes one block as float32 with a stamp, QoS 1.</summary>
    public static ValueTask PublishBlockAsync(MqttPublisher publisher, string topic, float[] samples, int block)
    {
        MqttUserProperty[] stamp = [new("time", TimeOf(block).ToString(CultureInfo.InvariantCulture))];
        byte[] payload = MemoryMarshal.AsBytes(samples.AsSpan(block * BlockSamples, BlockSamples)).ToArray();
        return publisher.PublishAsync(topic, payload, MqttQos.AtLeastOnce, properties: stamp);
    }

    /// <summary>Publishes all blocks over MQTT 3.1.1 as JSON with time and rate, QoS 1.</summary>
    public static async Task PublishJsonAsync(int brokerPort, string topic, float[] samples)
    {
        await using MqttPublisher publisher = await ConnectAsync(brokerPort, MqttProtocolChoice.V311);
        for (int block = 0; block < samples.Length / BlockSamples; block++)
        {
            IEnumerable<string> numbers =
                samples.Skip(block * BlockSamples).Take(BlockSamples).Select(sample => sample.ToString("R", CultureInfo.InvariantCulture));
            string json = $$"""{"time": {{TimeOf(block)}}, "rate": {{Cwru.SampleRateHz}}, "samples": [{{string.Join(',', numbers)}}]}""";
            await publisher.PublishAsync(topic, Encoding.UTF8.GetBytes(json), MqttQos.AtLeastOnce);
        }

        await publisher.DrainAsync();
    }

    private static long TimeOf(int block)
    {
        long offsetNs = ((block * (long)BlockSamples * 1_000_000_000) + (Cwru.SampleRateHz / 2)) / Cwru.SampleRateHz;
        return UnixTime.ToNs(Cwru.Start) + offsetNs;
    }
}
