using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Tests.Alarms;

public sealed class AlarmTransitionTests
{
    private static readonly AxisId Axis = new("Pumpe Süd", "s1", "x");

    [Fact]
    public void ComputeId_AnyTransition_IsAUuidV8OfTheDocumentedBytes()
    {
        using var bytes = new MemoryStream();
        Text("Pumpe Süd");
        Text("s1");
        Text("x");
        Text("score");
        bytes.Write([0x18, 0x7A, 0x6B, 0x5C, 0x4D, 0x3E, 0x2F, 0x10]);
        Text("normal");
        Text("activeUnacknowledged");
        char[] hex = Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()).AsSpan(0, 16)).ToCharArray();
        hex[12] = '8';
        hex[16] = "89ab"[Convert.ToInt32(hex[16].ToString(), 16) & 3];

        var id = AlarmTransition.ComputeId(Axis, "score", 0x187A6B5C4D3E2F10, AlarmState.Normal, AlarmState.ActiveUnacknowledged);

        Assert.Equal(new string(hex), id.ToString("N"));
        Assert.Equal(8, id.Version);

        void Text(string text)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(text);
            byte[] length = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(length, (uint)utf8.Length);
            bytes.Write(length);
            bytes.Write(utf8);
        }
    }

    [Fact]
    public void ComputeId_EveryPart_ChangesTheId()
    {
        Guid[] ids =
        [
            Id(Axis, "score", 1, AlarmState.Normal, AlarmState.ActiveUnacknowledged),
            Id(Axis with { Machine = "b" }, "score", 1, AlarmState.Normal, AlarmState.ActiveUnacknowledged),
            Id(Axis with { Sensor = "b" }, "score", 1, AlarmState.Normal, AlarmState.ActiveUnacknowledged),
            Id(Axis with { Axis = "b" }, "score", 1, AlarmState.Normal, AlarmState.ActiveUnacknowledged),
            Id(new AxisId("Pumpe Süds", "1", "x"), "score", 1, AlarmState.Normal, AlarmState.ActiveUnacknowledged),
            Id(Axis, "trend", 1, AlarmState.Normal, AlarmState.ActiveUnacknowledged),
            Id(Axis, "score", 2, AlarmState.Normal, AlarmState.ActiveUnacknowledged),
            Id(Axis, "score", 1, AlarmState.ActiveUnacknowledged, AlarmState.Normal),
            Id(Axis, "score", 1, AlarmState.Normal, AlarmState.Latched),
        ];

        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal(ids[0], Id(new AxisId("Pumpe Süd", "s1", "x"), "score", 1, AlarmState.Normal, AlarmState.ActiveUnacknowledged));

        static Guid Id(AxisId axis, string rule, long time, AlarmState from, AlarmState to) => AlarmTransition.ComputeId(axis, rule, time, from, to);
    }

    [Fact]
    public void ToWireName_EveryStateAndSeverity_IsItsCamelCaseName()
    {
        Assert.All(Enum.GetValues<AlarmState>(), state => Assert.Equal(CamelCase(state), state.ToWireName()));
        Assert.All(Enum.GetValues<AlarmSeverity>(), severity => Assert.Equal(CamelCase(severity), severity.ToWireName()));
    }

    private static string CamelCase<T>(T value)
        where T : struct, Enum => char.ToLowerInvariant(value.ToString()[0]) + value.ToString()[1..];
}
