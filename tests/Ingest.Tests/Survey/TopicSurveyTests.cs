using System.Buffers;
using System.Runtime.InteropServices;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Payloads;
using Thrum.Ingest.Survey;
using Thrum.Ingest.Tests.Payloads;
using Thrum.Ingest.Tests.Pipeline;

namespace Thrum.Ingest.Tests.Survey;

public sealed class TopicSurveyTests
{
    private readonly ManualTimeProvider _time = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void Of_EveryStructuredFormat_IsRecognised() =>
        Assert.All(SamplePayloads.All, pair => Assert.Equal(pair.Format, PayloadGuess.Of(pair.Payload).Format));

    [Fact]
    public void OnPublish_Sparkplug_IsKnownByItsTopic()
    {
        var survey = new TopicSurvey(_time);
        Messages.Offer(survey, "spBv1.0/plant/DDATA/edge/drive", [0x18, 1]);
        Messages.Offer(survey, "plain/topic", [0x18, 1]);

        Assert.Equal([true, false], survey.Sights.Select(sight => sight.IsSparkplug));
        Assert.Null(survey.Sights[0].Guess.Format);
    }

    [Fact]
    public void Of_Numbers_AreToldApart()
    {
        float[] sine = [.. Enumerable.Range(0, 256).Select(i => (float)Math.Sin(i / 20.0))];
        byte[] f32 = MemoryMarshal.AsBytes(sine.AsSpan()).ToArray();
        byte[] f64 = MemoryMarshal.AsBytes<double>(sine.Select(value => (double)value).ToArray()).ToArray();
        byte[] i16 = MemoryMarshal.AsBytes<short>(sine.Select(value => (short)(value * 12_345)).ToArray()).ToArray();
        Assert.Equal(PayloadFormat.F32Le, PayloadGuess.Of(f32).Format);
        Assert.Equal(PayloadFormat.F32Be, PayloadGuess.Of(Swapped(f32, 4)).Format);
        Assert.Equal(PayloadFormat.F64Le, PayloadGuess.Of(f64).Format);
        Assert.Equal(PayloadFormat.I16Le, PayloadGuess.Of(i16).Format);
        Assert.Equal(PayloadFormat.I16Be, PayloadGuess.Of(Swapped(i16, 2)).Format);
        Assert.Equal(256, PayloadGuess.Of(i16).Decoded.SampleCount);
        Assert.Null(PayloadGuess.Of([1]).Format);
        Assert.Null(PayloadGuess.Of([]).Format);
    }

    [Theory]
    [InlineData(PayloadInflaterTests.Packing.Gzip, PayloadCompression.Gzip)]
    [InlineData(PayloadInflaterTests.Packing.Zlib, PayloadCompression.Deflate)]
    [InlineData(PayloadInflaterTests.Packing.Deflate, PayloadCompression.Deflate)]
    public void OnPublish_CompressedBlocks_AreUnpackedFirst(PayloadInflaterTests.Packing packing, PayloadCompression compression)
    {
        var survey = new TopicSurvey(_time);
        foreach (string text in (string[])["""{"rate":100,"time":5,"seq":1,"samples":[1,2]}""", """{"rate":100,"time":20000005,"seq":3,"samples":[1,2]}"""])
        {
            Messages.Offer(survey, "v/a", PayloadInflaterTests.Pack(packing, SamplePayloads.Utf8(text)));
        }

        Messages.Offer(survey, "v/a", [0x1F, 0x8B, 8]);
        Messages.Offer(survey, "v/a", PayloadInflaterTests.Pack(packing, new byte[20_000_000]));
        TopicSight sight = Assert.Single(survey.Sights);
        Assert.Equal((PayloadFormat.Json, compression), (sight.Guess.Format, sight.Guess.Compression));
        Assert.Equal((100.0, true, 1, 0, 2), (sight.RateHz, sight.IsStamped, sight.Missing, sight.Gaps, sight.Different));
    }

    [Fact]
    public void Of_PackedNumbers_AreKnownByTheirHeader()
    {
        byte[] numbers = MemoryMarshal.AsBytes<float>(Enumerable.Range(0, 256).Select(i => (float)Math.Sin(i / 20.0)).ToArray()).ToArray();
        PayloadGuess guess = PayloadGuess.Of(PayloadInflaterTests.Pack(PayloadInflaterTests.Packing.Zlib, numbers));
        Assert.Equal((PayloadFormat.F32Le, PayloadCompression.Deflate), (guess.Format, guess.Compression));
    }

    [Fact]
    public void OnOversized_BeforeAndBetweenMessages_IsCounted()
    {
        var survey = new TopicSurvey(_time);
        survey.OnOversized(new PublishView("v/a"u8, default, default), 50_000_000);
        _time.Advance(TimeSpan.FromSeconds(60));
        Messages.Offer(survey, "v/a", Block(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        survey.OnOversized(new PublishView("v/a"u8, default, default), 50_000_000);
        Messages.Offer(survey, "v/a", Block(2));

        TopicSight sight = Assert.Single(survey.Sights);
        Assert.Equal((2, 2, 0, PayloadFormat.Thrum, 1, 1), (sight.Oversized, sight.Messages, sight.Missing, sight.Guess.Format, sight.LongestSilenceS, sight.MessagesPerS));
    }

    [Fact]
    public void OnPublish_Blocks_CountsRateGapsAndForeignMessages()
    {
        var survey = new TopicSurvey(_time);
        foreach (uint sequence in (uint[])[uint.MaxValue - 1, uint.MaxValue, 0, 3, 4, 1])
        {
            Messages.Offer(survey, "v/a", Block(sequence));
            _time.Advance(TimeSpan.FromSeconds(sequence == 3 ? 5 : 1));
        }

        Messages.Offer(survey, "v/a", "nonsense"u8.ToArray());
        Messages.Offer(survey, "v/b", [1, 0, 2, 0], ("rate", "100"), ("time", "5"));
        TopicSight[] sights = [.. survey.Sights];
        Assert.Equal(["v/a", "v/b"], sights.Select(sight => sight.Topic));
        Assert.Equal((7, 2L, 1, 25_600.0, true), (sights[0].Messages, sights[0].Missing, sights[0].Different, sights[0].RateHz, sights[0].IsStamped));
        Assert.Equal(5, sights[0].LongestSilenceS);
        Assert.Equal(0.6, sights[0].MessagesPerS, 1e-9);
        Assert.Equal((null, 100.0, true), (sights[1].Missing, sights[1].RateHz, sights[1].IsStamped));
    }

    [Theory]
    [InlineData(1, 5, 7, 6, 8)]
    [InlineData(0, 5, 6, 6, 5, 7)]
    [InlineData(1, 100, 20, 22)]
    [InlineData(2, 100, 0, 3)]
    public void OnPublish_BlocksOutOfOrder_CountsAsMissingWhatTheDetectorDoes(long missing, params int[] sequences)
    {
        var survey = new TopicSurvey(_time);
        foreach (int sequence in sequences)
        {
            Messages.Offer(survey, "v/a", Block((uint)sequence));
        }

        Assert.Equal(missing, Assert.Single(survey.Sights).Missing);
    }

    // 4 samples at 100 Hz last 40 ms: 0, 40, 80, then 60 late, then in time again but for a jitter of 15 ms.
    [Fact]
    public void OnPublish_StampedBlocks_CountsThoseThatBeginLate()
    {
        var survey = new TopicSurvey(_time);
        foreach (long stamp in (long[])[0, 40, 80, 180, 235, 260])
        {
            Messages.Offer(survey, "v/a", [1, 0, 2, 0, 3, 0, 4, 0], ("rate", "100"), ("time", $"{1_700_000_000_000 + stamp}000000"));
            Messages.Offer(survey, "v/b", [1, 0, 2, 0, 3, 0, 4, 0], ("time", $"{1_700_000_000_000 + stamp}000000"));
        }

        Assert.Equal([1, null], survey.Sights.Select(sight => sight.Gaps));
    }

    private static byte[] Block(uint sequence)
    {
        var writer = new ArrayBufferWriter<byte>();
        ThrumBlock.Write(writer, 0, 25_600, sequence, [1, 2]);
        return writer.WrittenSpan.ToArray();
    }

    private static byte[] Swapped(byte[] bytes, int size) => [.. bytes.Chunk(size).SelectMany(chunk => chunk.Reverse())];
}
