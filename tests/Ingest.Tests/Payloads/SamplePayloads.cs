using System.Text;
using Thrum.Ingest.Payloads;

namespace Thrum.Ingest.Tests.Payloads;

/// <summary>A good payload of every format that is not merely numbers.</summary>
internal static class SamplePayloads
{
    public static IReadOnlyList<(PayloadFormat Format, byte[] Payload)> All { get; } =
    [
        (PayloadFormat.Json, Utf8("""{"time":"2026-01-01T00:00:00Z","rate":25600,"axes":{"x":[1,2.5,null],"y":["NaN",-1e3,0]}}""")),
        (PayloadFormat.Csv, Utf8("time,x,y\n1700000000000000000,1.5,-2\n1700000000000100000,2.5,\n")),
        (PayloadFormat.Influx, Utf8("v,sensor=a x=1.5,y=2i,ok=t,note=\"a b,c\" 1700000000000000000\nv,sensor=a x=2.5,y=3i\n")),
        (PayloadFormat.Cbor, Convert.FromHexString(CborMap)),
        (PayloadFormat.Thrum, Block()),
    ];

    // {"time": 1700000000000000000, "rate": 25600, "seq": 7, "axes": {"x": 85(h'0000803f00000040'), "y": [1, -2.0]}}
    private const string CborMap =
        "A4" + "6474696D65" + "1B17979CFE362A0000" + "6472617465" + "196400" + "63736571" + "07" + "6461786573"
        + "A2" + "6178" + "D85548" + "0000803F00000040" + "6179" + "8201FBC000000000000000";

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Block()
    {
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        ThrumBlock.Write(writer, 1_700_000_000_000_000_000, 25_600, 7, [1.5f, -2]);
        return writer.WrittenSpan.ToArray();
    }
}
