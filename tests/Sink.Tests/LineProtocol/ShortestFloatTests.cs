using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Thrum.Sink.LineProtocol;

namespace Thrum.Sink.Tests.LineProtocol;

public sealed class ShortestFloatTests
{
    [Theory]
    [InlineData(0f, "0")]
    [InlineData(-0f, "-0")]
    [InlineData(1f, "1")]
    [InlineData(-0.1f, "-0.1")]
    [InlineData(0.0001f, "0.0001")]
    [InlineData(0.00001f, "1E-05")]
    [InlineData(16777216f, "16777216")]
    [InlineData(1.17549435E-38f, "1.1754944E-38")]
    [InlineData(float.Epsilon, "1E-45")]
    [InlineData(float.MaxValue, "3.4028235E+38")]
    [InlineData(9.5367431640625E-07f, "9.536743E-07")]
    public void Format_KnownNumber_IsShortestText(float value, string expected) => Assert.Equal(expected, Format(value));

    /// <summary>All numbers with <c>THRUM_FULL=1</c>; else those of every exponent, by a stride that is prime to powers of two.</summary>
    [Fact]
    public void Format_NumbersOfEveryExponent_IsWhatTheRuntimeWrites()
    {
        ulong stride = Environment.GetEnvironmentVariable("THRUM_FULL") == "1" ? 1u : 9973u;
        Span<byte> ours = stackalloc byte[ShortestFloat.MaxBytes];
        Span<byte> theirs = stackalloc byte[32];
        for (ulong bits = 0; bits <= uint.MaxValue; bits += stride)
        {
            float value = BitConverter.UInt32BitsToSingle((uint)bits);
            if (float.IsFinite(value))
            {
                int count = ShortestFloat.Format(value, ours);
                Assert.True(value.TryFormat(theirs, out int length, default, CultureInfo.InvariantCulture));
                if (!ours[..count].SequenceEqual(theirs[..length]))
                {
                    Assert.Fail($"bits {bits:X8}: wrote {Encoding.ASCII.GetString(ours[..count])}, expected {Encoding.ASCII.GetString(theirs[..length])}");
                }
            }
        }
    }

    [Fact]
    public void Format_AnyNumber_ReadsBackAsTheSame() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<int>().Generator.Select(BitConverter.Int32BitsToSingle).Where(float.IsFinite).ToArbitrary(),
            static value => BitConverter.SingleToInt32Bits(float.Parse(Format(value), CultureInfo.InvariantCulture)) == BitConverter.SingleToInt32Bits(value)).QuickCheckThrowOnFailure();

    private static string Format(float value)
    {
        byte[] room = new byte[ShortestFloat.MaxBytes];
        return Encoding.ASCII.GetString(room, 0, ShortestFloat.Format(value, room));
    }
}
