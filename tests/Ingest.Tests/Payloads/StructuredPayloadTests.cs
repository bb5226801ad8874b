using System.Text;
using Thrum.Ingest.Payloads;

namespace Thrum.Ingest.Tests.Payloads;

/// <summary>CSV, line protocol, CBOR, Thrum blocks and base64 in JSON.</summary>
public sealed class StructuredPayloadTests
{
    private const long Stamp = 1_700_000_000_000_000_000;

    [Theory]
    [InlineData("1.5,-2,3e1", "1.5 -2 30")]
    [InlineData("1.5;-2", "1.5 -2")]
    [InlineData("1.5\t+2\r\n", "1.5 2")]
    [InlineData("1\n2\n\n3\n", "1 2 3")]
    [InlineData("1,,3", "1 NaN 3")]
    [InlineData("NaN,1", "NaN 1")]
    public void Csv_NumbersOnly_AreTheTopicsAxis(string text, string expected)
    {
        (DecodeFault fault, DecodedPayload decoded, string[] axes) = Decode(PayloadFormat.Csv, Encoding.UTF8.GetBytes(text));
        Assert.Equal((DecodeFault.None, null), (fault, decoded.TimeUnixNs));
        Assert.Equal([": " + expected], axes);
    }

    [Fact]
    public void Csv_WithAHeader_HasAnAxisPerColumnAndTheFirstRowsTime()
    {
        (DecodeFault fault, DecodedPayload decoded, string[] axes) = Decode(PayloadFormat.Csv, "time,\"x\",y\n1700000000000000000,1,2\n1700000000000000001,3,\n"u8);
        Assert.Equal((DecodeFault.None, Stamp, 4), (fault, decoded.TimeUnixNs, decoded.SampleCount));
        Assert.Equal(["x: 1 3", "y: 2 NaN"], axes);
    }

    [Theory]
    [InlineData("1,x", DecodeFault.BadNumber)]
    [InlineData("1,2\n3,4", DecodeFault.BadAxis)]
    [InlineData("x,x\n1,2", DecodeFault.BadAxis)]
    [InlineData("time\n1", DecodeFault.BadAxis)]
    [InlineData("x,y\n1", DecodeFault.BadLength)]
    [InlineData("x,y\n1,2,3", DecodeFault.BadLength)]
    [InlineData("x,y\n", DecodeFault.Empty)]
    [InlineData("t,y\nnow,1", DecodeFault.BadTime)]
    [InlineData("\n\n", DecodeFault.Empty)]
    [InlineData("a,b,c,d,e,f\n1,2,3,4,5,6", DecodeFault.TooManyAxes)]
    public void Csv_Malformed_NamesTheFault(string text, DecodeFault expected) =>
        Assert.Equal(expected, Decode(PayloadFormat.Csv, Encoding.UTF8.GetBytes(text)).Fault);

    [Theory]
    [InlineData("m value=1.5 1700000000000000000", ": 1.5")]
    [InlineData("m,a=b\\ c value=1.5 1700000000000000000", ": 1.5")]
    [InlineData("m x=1,y=2i,z=3u 1700000000000000000\nm x=4,y=5i,z=6u", "x: 1 4", "y: 2 5", "z: 3 6")]
    [InlineData("m note=\"a, b=c \\\" d\",x=1,on=true 1700000000000000000", "x: 1")]
    public void Influx_NumericFields_AreAxes(string text, params string[] expected)
    {
        (DecodeFault fault, DecodedPayload decoded, string[] axes) = Decode(PayloadFormat.Influx, Encoding.UTF8.GetBytes(text));
        Assert.Equal((DecodeFault.None, Stamp), (fault, decoded.TimeUnixNs));
        Assert.Equal(expected, axes);
    }

    [Theory]
    [InlineData("m", DecodeFault.BadPayload)]
    [InlineData("m x", DecodeFault.BadPayload)]
    [InlineData("m =1", DecodeFault.BadPayload)]
    [InlineData("m x=one", DecodeFault.BadNumber)]
    [InlineData("m x=1 soon", DecodeFault.BadTime)]
    [InlineData("m x=1,x=2", DecodeFault.BadAxis)]
    [InlineData("m x=1\nm y=1", DecodeFault.BadAxis)]
    [InlineData("m x=1,y=2\nm x=1", DecodeFault.BadAxis)]
    [InlineData("m,sensor=a x=1\nm,sensor=b x=2", DecodeFault.BadAxis)]
    [InlineData("m x=1\nmm x=2", DecodeFault.BadAxis)]
    [InlineData("m x\\=y=1", DecodeFault.BadAxis)]
    [InlineData("m on=true", DecodeFault.Empty)]
    public void Influx_Malformed_NamesTheFault(string text, DecodeFault expected) =>
        Assert.Equal(expected, Decode(PayloadFormat.Influx, Encoding.UTF8.GetBytes(text)).Fault);

    [Theory]
    [InlineData("8301020A", ": 1 2 10")]
    [InlineData("9F0120FF", ": 1 -1")]
    [InlineData("83F6F93E00FA3FC00000", ": NaN 1.5 1.5")]
    [InlineData("D84043FF0001", ": 255 0 1")]
    [InlineData("D84842FF01", ": -1 1")]
    [InlineData("D84944FFFE0102", ": -2 258")]
    [InlineData("D84D44FEFF0201", ": -2 258")]
    [InlineData("D84E44FEFFFFFF", ": -2")]
    [InlineData("D84F48FEFFFFFFFFFFFFFF", ": -2")]
    [InlineData("D84648FEFFFFFF00000000", ": 4.2949673E+09 0")]
    [InlineData("D85442003E", ": 1.5")]
    [InlineData("D850423E00", ": 1.5")]
    [InlineData("D851443FC00000", ": 1.5")]
    [InlineData("D856480000000000000440", ": 2.5")]
    [InlineData("F93E00", ": 1.5")]
    [InlineData("A16776616C7565" + "7301", "?")]
    public void Cbor_NumbersAndTypedArrays_AreRead(string hex, string expected)
    {
        (DecodeFault fault, _, string[] axes) = Decode(PayloadFormat.Cbor, Convert.FromHexString(hex));
        if (expected == "?")
        {
            Assert.Equal(DecodeFault.BadPayload, fault);
            return;
        }

        Assert.Equal(DecodeFault.None, fault);
        Assert.Equal([expected], axes);
    }

    [Fact]
    public void Cbor_Map_HasTimeRateSequenceAndAxes()
    {
        (DecodeFault fault, DecodedPayload decoded, string[] axes) = Decode(PayloadFormat.Cbor, SamplePayloads.All.Single(pair => pair.Format == PayloadFormat.Cbor).Payload);
        Assert.Equal((DecodeFault.None, Stamp, 25_600.0, 7u), (fault, decoded.TimeUnixNs, decoded.RateHz, decoded.Sequence));
        Assert.Equal(["x: 1 2", "y: 1 -2"], axes);
    }

    [Theory]
    [InlineData("", DecodeFault.Empty)]
    [InlineData("80", DecodeFault.Empty)]
    [InlineData("8301", DecodeFault.BadPayload)]
    [InlineData("9F01", DecodeFault.BadPayload)]
    [InlineData("0101", DecodeFault.BadPayload)]
    [InlineData("1C", DecodeFault.BadPayload)]
    [InlineData("FF", DecodeFault.BadNumber)]
    [InlineData("8101FF", DecodeFault.BadPayload)]
    [InlineData("8163616263", DecodeFault.BadNumber)]
    [InlineData("D84945FFFE010203", DecodeFault.BadLength)]
    [InlineData("D85350000000000000000000000000000000", DecodeFault.BadPayload)]
    [InlineData("D8495BFFFFFFFFFFFFFFFF", DecodeFault.BadPayload)]
    [InlineData("A16472617465F5", DecodeFault.BadRate)]
    [InlineData("A16474696D65F5", DecodeFault.BadTime)]
    [InlineData("A1616198FFFF", DecodeFault.BadPayload)]
    [InlineData("A16461786573A2617801617802", DecodeFault.BadAxis)]
    public void Cbor_Malformed_NamesTheFault(string hex, DecodeFault expected) =>
        Assert.Equal(expected, Decode(PayloadFormat.Cbor, Convert.FromHexString(hex)).Fault);

    [Fact]
    public void Cbor_NestedDeeply_IsRefusedWithoutExhaustingTheStack()
    {
        byte[] nested = [0xA1, 0x61, 0x61, .. Enumerable.Repeat((byte)0x81, 1_000_000), 0];
        Assert.Equal(DecodeFault.BadPayload, Decode(PayloadFormat.Cbor, nested).Fault);
    }

    [Theory]
    [InlineData("A2647469" + "6D65C11A6553F100" + "6464617461" + "01", 1_700_000_000_000_000_000 + 0L)]
    [InlineData("A2647469" + "6D65C074323032332D31312D31345432323A31333A32305A" + "6464617461" + "01", 1_700_000_000_000_000_000)]
    public void Cbor_TaggedTimes_AreRead(string hex, long expected)
    {
        (DecodeFault fault, DecodedPayload decoded, _) = Decode(PayloadFormat.Cbor, Convert.FromHexString(hex));
        Assert.Equal((DecodeFault.None, expected), (fault, decoded.TimeUnixNs));
    }

    [Fact]
    public void Block_Written_RoundTrips()
    {
        (DecodeFault fault, DecodedPayload decoded, string[] axes) = Decode(PayloadFormat.Thrum, SamplePayloads.All[^1].Payload);
        Assert.Equal((DecodeFault.None, Stamp, 25_600.0, 7u), (fault, decoded.TimeUnixNs, decoded.RateHz, decoded.Sequence));
        Assert.Equal([": 1.5 -2"], axes);
    }

    [Theory]
    [InlineData("544201020002" + "0178" + "0179" + "0100020003000400", "x: 1 2", "y: 3 4")]
    [InlineData("544201030801" + "000000000000E03F" + "000000000000F03F" + "00" + "FEFFFF", ": 0")]
    [InlineData("544201040001" + "00" + "FFFFFFFF", ": -1")]
    public void Block_ByTheDocument_IsRead(string hex, params string[] expected)
    {
        (DecodeFault fault, _, string[] axes) = Decode(PayloadFormat.Thrum, Convert.FromHexString(hex));
        Assert.Equal(DecodeFault.None, fault);
        Assert.Equal(expected, axes);
    }

    [Theory]
    [InlineData("544201001001000000803F", true)]
    [InlineData("544201000001000000803F", false)]
    public void Block_HistoricalFlag_IsTold(string hex, bool isHistorical)
    {
        Assert.Equal(DecodeFault.None, PayloadDecoder.Decode(
            PayloadFormat.Thrum, PayloadScaling.Identity, Convert.FromHexString(hex), new float[4], new AxisSlice[1], out DecodedPayload decoded));
        Assert.Equal(isHistorical, decoded.IsHistorical);
    }

    [Theory]
    [InlineData("5442", DecodeFault.BadPayload)]
    [InlineData("544202000001" + "00" + "0000803F", DecodeFault.BadPayload)]
    [InlineData("544201050001" + "00" + "0000803F", DecodeFault.BadPayload)]
    [InlineData("544201002001" + "00" + "0000803F", DecodeFault.BadPayload)]
    [InlineData("544201000000" + "0000803F", DecodeFault.BadAxis)]
    [InlineData("544201000002" + "00" + "00" + "0000803F0000803F", DecodeFault.BadAxis)]
    [InlineData("544201000002" + "0178" + "0178" + "0000803F0000803F", DecodeFault.BadAxis)]
    [InlineData("544201000001" + "00" + "0000", DecodeFault.BadLength)]
    [InlineData("544201000001" + "FF", DecodeFault.BadLength)]
    [InlineData("544201000101" + "00", DecodeFault.BadLength)]
    [InlineData("544201000201" + "0000000000000000" + "00" + "0000803F", DecodeFault.BadRate)]
    [InlineData("544201000001" + "00", DecodeFault.Empty)]
    public void Block_Malformed_NamesTheFault(string hex, DecodeFault expected) =>
        Assert.Equal(expected, Decode(PayloadFormat.Thrum, Convert.FromHexString(hex)).Fault);

    [Theory]
    [InlineData("""{"samples":"AADAPwAAAMA="}""", ": 1.5 -2")]
    [InlineData("""{"encoding":"i16le","samples":"AQD+/w=="}""", ": 1 -2")]
    [InlineData("""{"samples":"AQD+/w==","encoding":"i16le"}""", ": 1 -2")]
    [InlineData("""{"axes":{"x":"AQD+/w==","y":[5]},"encoding":"i16le"}""", "x: 1 -2", "y: 5")]
    [InlineData("""{"samples":"AAAAAAAABEA=","encoding":"f64le"}""", ": 2.5")]
    [InlineData("""{"value":1.5}""", ": 1.5")]
    public void Json_Base64_IsUnpacked(string text, params string[] expected)
    {
        (DecodeFault fault, _, string[] axes) = Decode(PayloadFormat.Json, Encoding.UTF8.GetBytes(text));
        Assert.Equal(DecodeFault.None, fault);
        Assert.Equal(expected, axes);
    }

    [Theory]
    [InlineData("""{"samples":"AADAPwAAAMA"}""", DecodeFault.BadNumber)]
    [InlineData("""{"samples":"AADAPw==","encoding":"f64le"}""", DecodeFault.BadLength)]
    [InlineData("""{"samples":"AADAPw==","encoding":"json"}""", DecodeFault.BadNumber)]
    [InlineData("""{"samples":"AADAP\u0077=="}""", DecodeFault.BadNumber)]
    public void Json_BadBase64_NamesTheFault(string text, DecodeFault expected) =>
        Assert.Equal(expected, Decode(PayloadFormat.Json, Encoding.UTF8.GetBytes(text)).Fault);

    internal static (DecodeFault Fault, DecodedPayload Decoded, string[] Axes) Decode(PayloadFormat format, ReadOnlySpan<byte> payload)
    {
        var samples = new float[PayloadDecoder.MaxSamples(format, payload.Length)];
        var slices = new AxisSlice[4];
        DecodeFault fault = PayloadDecoder.Decode(format, PayloadScaling.Identity, payload, samples, slices, out DecodedPayload decoded);
        List<string> axes = [];
        for (int i = 0; i < decoded.AxisCount && fault == DecodeFault.None; i++)
        {
            IEnumerable<string> values = samples[slices[i].Start..(slices[i].Start + slices[i].Count)].Select(value => FormattableString.Invariant($"{value}"));
            axes.Add($"{Encoding.UTF8.GetString(slices[i].Name(payload))}: {string.Join(' ', values)}");
        }

        return (fault, decoded, [.. axes]);
    }
}
