using System.Threading.Channels;
using Google.Protobuf;
using Thrum.Detector.Protobuf;
using Thrum.Detector.Samples;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Payloads;
using Thrum.Ingest.Pipeline;
using Thrum.Ingest.Sparkplug;
using Thrum.Ingest.Tests.Fuzz;
using Thrum.Ingest.Tests.Sparkplug.Wire;
using static Thrum.Ingest.Tests.Sparkplug.SparkplugPayloads;

namespace Thrum.Ingest.Tests.Sparkplug;

public sealed class SparkplugFuzzTests
{
    private static readonly byte[][] Payloads =
    [
        Of(0, Session(1), Born("Vibration/x", 5, 30), Born("Vibration/y", 6, 23), Born("Temperature", 7, 9)),
        Of(1, Floats(5, 1, 2.5f), new Metric { Alias = 6, Timestamp = SentMs, BytesValue = Packed<short>(-3, 4) }, new Metric { Alias = 7, FloatValue = 1 }),
        Of(2, new Metric { Name = "Vibration/z", Datatype = 3, IntValue = 7, IsHistorical = true, Timestamp = SentMs, Properties = new PropertySet { Keys = { "rate", "engUnit" }, Values = { new PropertyValue { DoubleValue = 1000 }, new PropertyValue { StringValue = "g" } } } }),
    ];

    /// <summary>Whatever comes, as data or as a birth: every message is counted once, sent or dropped, and nothing throws or takes much memory.</summary>
    [Theory]
    [InlineData("spBv1.0/plant/DDATA/edge/drive")]
    [InlineData("spBv1.0/plant/DBIRTH/edge/drive")]
    public void OnPublish_MutatedPayloads_AreTakenOrNamed(string topic)
    {
        var next = new CountingHandler();
        var time = new ManualTimeProvider();
        var options = new MqttOptions { Topics = [new TopicOptions { Template = "spBv1.0/plant/{machine}/{sensor}/Vibration/{axis}", Format = "sparkplug" }] };
        using var ingest = new SampleIngest(options, new StreamRegistry(1), new SampleBatchPool(), [Channel.CreateBounded<SampleBatch>(1).Writer], time, new ListLogger<SampleIngest>());
        var rebirths = new SparkplugRebirths(new MqttSessionOptions { Host = "h", ClientId = "c" }, mayAsk: true, time, new ListLogger<SparkplugRebirths>());
        var stage = new SparkplugStage(options, next, ingest, rebirths, new ListLogger<SparkplugStage>());
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(topic);
        long offered = 0;
        FuzzTests.Run(Payloads, (ref readonly ReadOnlySpan<byte> input) =>
        {
            if (++offered % 4096 == 0)
            {
                // Names that were made up are forgotten, as after a restart of the node.
                stage.OnPublish(new PublishView("spBv1.0/plant/NBIRTH/edge"u8, default, Payloads[0]));
            }

            long before = ingest.Counters.Received;
            long handed = next.Messages;
            PublishVerdict verdict = stage.OnPublish(new PublishView(bytes, default, input));
            return verdict == PublishVerdict.Taken && (ingest.Counters.Received == before + 1 ? next.Messages == handed : next.Messages > handed) && next.AreGood;
        });
    }

    /// <summary>Where the generated parser takes a payload, the reader sees the same time, number and metrics.</summary>
    [Fact]
    public void Read_WhatTheGeneratedParserTakes_IsTheSame() =>
        FuzzTests.Run(Payloads, (ref readonly ReadOnlySpan<byte> input) =>
        {
            Payload expected;
            try
            {
                expected = Payload.Parser.ParseFrom(input);
            }
            catch (InvalidProtocolBufferException)
            {
                return true;
            }

            bool isRead = SparkplugHead.TryRead(input, out SparkplugHead head);

            // Groups and fields of another wire type are legal for the generated parser, and for nobody who speaks Sparkplug.
            return !isRead || ((head.TimestampMs ?? 0) == expected.Timestamp && (head.Sequence < 0 || head.Sequence == (int)(expected.Seq & 255)) && Count(input) == expected.Metrics.Count);
        });

    private static int Count(ReadOnlySpan<byte> payload)
    {
        int count = 0;
        var fields = new ProtobufReader(payload);
        while (fields.TryRead())
        {
            count += fields is { Field: SparkplugField.PayloadMetric, Type: WireType.Bytes } ? 1 : 0;
        }

        return count;
    }

    private sealed class CountingHandler : IMessageHandler
    {
        private readonly float[] _samples = new float[64 * 1024];
        private readonly AxisSlice[] _axes = new AxisSlice[1];

        public long Messages { get; private set; }

        /// <summary>Everything handed on was a block with samples.</summary>
        public bool AreGood { get; private set; } = true;

        public PublishVerdict OnPublish(in PublishView message)
        {
            Messages++;
            AreGood &= PayloadDecoder.Decode(PayloadFormat.Thrum, PayloadScaling.Identity, message.Payload, _samples, _axes, out _) == DecodeFault.None;
            return PublishVerdict.Taken;
        }

        public void OnOversized(in PublishView beginning, long bytes) => throw new NotSupportedException();

        public ValueTask FlushAsync(CancellationToken ct) => ValueTask.CompletedTask;
    }
}
