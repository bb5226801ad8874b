using System.Text;
using Thrum.Ingest.Payloads;

namespace Thrum.Ingest.Tests.Payloads;

public sealed class JsonPayloadTests
{
    [Theory]
    [InlineData("1.25", new[] { 1.25f })]
    [InlineData(" [1.0, -2e1 ,3] ", new[] { 1f, -20f, 3f })]
    [InlineData("[null,\"NaN\",\"nan\",\"-Infinity\",1e99]", new[] { float.NaN, float.NaN, float.NaN, float.NegativeInfinity, float.PositiveInfinity })]
    [InlineData("""{"samples":[1,2]}""", new[] { 1f, 2f })]
    [InlineData("""{"other":{"samples":[9]},"data":[1,2],"more":[[3]]}""", new[] { 1f, 2f })]
    [InlineData("""{"values":7}""", new[] { 7f })]
    public void Decode_AcceptedShape_GivesSamples(string json, float[] expected)
    {
        float[] samples = new float[8];
        Assert.Equal(DecodeFault.None, PayloadDecoderTests.Decode(PayloadFormat.Json, Encoding.UTF8.GetBytes(json), samples, out DecodedPayload decoded));
        Assert.Equal(expected, samples[..decoded.SampleCount]);
        Assert.Equal((1, null, null), (decoded.AxisCount, decoded.TimeUnixNs, decoded.RateHz));
    }

    [Fact]
    public void Decode_Axes_GivesASlicePerName()
    {
        byte[] payload = Encoding.UTF8.GetBytes("""{"axes":{"x":[1,2],"yé":3},"rate":100.5,"time":-5}""");
        float[] samples = new float[3];
        var axes = new AxisSlice[2];
        Assert.Equal(
            DecodeFault.None,
            PayloadDecoder.Decode(PayloadFormat.Json, new PayloadScaling(2, 1), payload, samples, axes, out DecodedPayload decoded));
        Assert.Equal(new DecodedPayload(-5, 100.5, 2, 3), decoded);
        Assert.Equal(["x", "yé"], axes.Select(axis => Encoding.UTF8.GetString(axis.Name(payload))));
        Assert.Equal([(0, 2), (2, 1)], axes.Select(axis => (axis.Start, axis.Count)));
        Assert.Equal([3, 5, 7], samples);
    }

    [Theory]
    [InlineData("""{"temperature":21.5,"pressure":3.2}""", "temperature pressure", new[] { 21.5f, 3.2f })]
    [InlineData("""{"time":5,"rate":2,"seq":7,"temperature":21.5}""", "temperature", new[] { 21.5f })]
    [InlineData("""{"a":null,"b":"NaN","c":-1}""", "a b c", new[] { float.NaN, float.NaN, -1f })]
    [InlineData("""{"device":"p1","ok":true,"meta":{"fw":2},"a":1}""", "a", new[] { 1f })]
    public void Decode_FlatObject_GivesAnAxisForEachNumber(string json, string names, float[] expected)
    {
        byte[] payload = Encoding.UTF8.GetBytes(json);
        float[] samples = new float[8];
        var axes = new AxisSlice[4];
        Assert.Equal(DecodeFault.None, PayloadDecoder.Decode(PayloadFormat.Json, new PayloadScaling(1, 0), payload, samples, axes, out DecodedPayload decoded));
        Assert.Equal(names.Split(' '), axes[..decoded.AxisCount].Select(axis => Encoding.UTF8.GetString(axis.Name(payload))));
        Assert.Equal(Enumerable.Range(0, expected.Length).Select(i => (i, 1)), axes[..decoded.AxisCount].Select(axis => (axis.Start, axis.Count)));
        Assert.Equal(expected, samples[..decoded.SampleCount]);
    }

    [Theory]
    [InlineData("""{"temperature":1,"samples":[7,8],"pressure":2}""")]
    [InlineData("""{"timestamp":1,"other":[1],"":2,"a":1,"b":1,"c":1,"d":1,"e":1,"samples":[7,8]}""")]
    [InlineData("""{"a":1,"a":1,"samples":[7,8],"t":5}""")]
    public void Decode_KeysBesideSamples_AreIgnored(string json)
    {
        float[] samples = new float[8];
        Assert.Equal(DecodeFault.None, PayloadDecoderTests.Decode(PayloadFormat.Json, Encoding.UTF8.GetBytes(json), samples, out DecodedPayload decoded));
        Assert.Equal([7, 8], samples[..decoded.SampleCount]);
        Assert.Equal(1, decoded.AxisCount);
    }

    [Theory]
    [InlineData("""{"timestamp":1700000000,"a":1}""", DecodeFault.AmbiguousTime)]
    [InlineData("""{"a":1,"TS":"2026-01-01T00:00:00Z"}""", DecodeFault.AmbiguousTime)]
    [InlineData("""{"Time":5,"a":1}""", DecodeFault.AmbiguousTime)]
    [InlineData("""{"a":1,"x":[1,2]}""", DecodeFault.AmbiguousArray)]
    [InlineData("""{"x":[1,2],"y":[3,4]}""", DecodeFault.AmbiguousArray)]
    [InlineData("""{"a":1,"a":2}""", DecodeFault.BadAxis)]
    [InlineData("""{"a":1,"":2}""", DecodeFault.BadAxis)]
    [InlineData("""{"a":1,"b":1,"c":1,"d":1,"e":1}""", DecodeFault.TooManyAxes)]
    [InlineData("""{"device":"p1","ok":false}""", DecodeFault.Empty)]
    public void Decode_FlatObjectThatIsAmbiguous_NamesTheFault(string json, DecodeFault expected) =>
        Assert.Equal(expected, PayloadDecoderTests.Decode(PayloadFormat.Json, Encoding.UTF8.GetBytes(json), new float[8], out _));

    [Theory]
    [InlineData("1700000000123456789", 1700000000123456789)]
    [InlineData("\"1700000000123456789\"", 1700000000123456789)]
    [InlineData("\"2023-11-14T22:13:20Z\"", 1700000000000000000)]
    [InlineData("\"2023-11-14 22:13:20.5z\"", 1700000000500000000)]
    [InlineData("\"2023-11-15T00:13:20.123456789+02:00\"", 1700000000123456789)]
    [InlineData("\"2023-11-14T17:43:20.1234567891-04:30\"", 1700000000123456789)]
    [InlineData("{\"time_ms\":1700000000123.456789}", 1700000000123456789)]
    [InlineData("{\"zone\":[1],\"time_ms\":-1}", -1000000)]
    public void Decode_Time_IsNanosecondsSinceTheEpoch(string time, long expected)
    {
        byte[] payload = Encoding.UTF8.GetBytes($$"""{"time":{{time}},"samples":[1]}""");
        Assert.Equal(DecodeFault.None, PayloadDecoderTests.Decode(PayloadFormat.Json, payload, new float[1], out DecodedPayload decoded));
        Assert.Equal(expected, decoded.TimeUnixNs);
    }

    [Theory]
    [InlineData("{", DecodeFault.BadJson)]
    [InlineData("[1,]", DecodeFault.BadJson)]
    [InlineData("[1] 2", DecodeFault.BadJson)]
    [InlineData("true", DecodeFault.BadJson)]
    [InlineData("""{"samples":[1],"data":[2]}""", DecodeFault.BadJson)]
    [InlineData("""{"axes":[1]}""", DecodeFault.BadJson)]
    [InlineData("[]", DecodeFault.Empty)]
    [InlineData("{}", DecodeFault.Empty)]
    [InlineData("""{"axes":{"x":[]}}""", DecodeFault.Empty)]
    [InlineData("[1,true]", DecodeFault.BadNumber)]
    [InlineData("[\"1\"]", DecodeFault.BadNumber)]
    [InlineData("[[1]]", DecodeFault.BadNumber)]
    [InlineData("""{"time":1.5,"samples":[1]}""", DecodeFault.BadTime)]
    [InlineData("""{"time":"2023-02-29T00:00:00Z","samples":[1]}""", DecodeFault.BadTime)]
    [InlineData("""{"time":"2023-01-01T00:00:00.Z","samples":[1]}""", DecodeFault.BadTime)]
    [InlineData("""{"time":"2023-01-01T00:00:00.5","samples":[1]}""", DecodeFault.BadTime)]
    [InlineData("""{"time":{},"samples":[1]}""", DecodeFault.BadTime)]
    [InlineData("""{"time_ms":1e20,"samples":[1]}""", DecodeFault.BadTime)]
    [InlineData("""{"rate":0,"samples":[1]}""", DecodeFault.BadRate)]
    [InlineData("""{"rate":"1","samples":[1]}""", DecodeFault.BadRate)]
    [InlineData("""{"axes":{"":[1]}}""", DecodeFault.BadAxis)]
    [InlineData("""{"axes":{"x":[1],"x":[2]}}""", DecodeFault.BadAxis)]
    [InlineData("[1,2,3,4,5]", DecodeFault.TooManySamples)]
    [InlineData("""{"axes":{"a":1,"b":1,"c":1,"d":1,"e":1}}""", DecodeFault.TooManyAxes)]
    public void Decode_Unusable_NamesTheFault(string json, DecodeFault expected) =>
        Assert.Equal(expected, PayloadDecoderTests.Decode(PayloadFormat.Json, Encoding.UTF8.GetBytes(json), new float[4], out _));

    [Theory]
    [InlineData("25600", true)]
    [InlineData("1e3", true)]
    [InlineData("0", false)]
    [InlineData("-1", false)]
    [InlineData("Infinity", false)]
    [InlineData("12 kHz", false)]
    public void TryParseRate_Text_TakesFiniteAboveZero(string text, bool expected) =>
        Assert.Equal(expected, PayloadStamp.TryParseRate(Encoding.UTF8.GetBytes(text), out _));
}
