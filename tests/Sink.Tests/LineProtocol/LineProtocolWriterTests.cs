using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Thrum.Sink.LineProtocol;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.LineProtocol;

public sealed class LineProtocolWriterTests
{
    [Theory]
    [InlineData("plain", "m,t=plain v=1 5\n")]
    [InlineData("a b,c=d", "m,t=a\\ b\\,c\\=d v=1 5\n")]
    [InlineData("line\\4", "m,t=line\\4 v=1 5\n")]
    [InlineData("ends\\", "m,t=ends/ v=1 5\n")]
    [InlineData("a\\ b", "m,t=a/\\ b v=1 5\n")]
    [InlineData("a\nb", "m,t=a\\ b v=1 5\n")]
    [InlineData("Lüfter", "m,t=Lüfter v=1 5\n")]
    [InlineData("", "m v=1 5\n")]
    public void Series_TagValue_IsEscaped(string tag, string expected)
    {
        using ByteBuffer buffer = new(1);
        LineProtocolWriter point = new(buffer);
        point.Begin(LineProtocolText.Series("m", ("t", tag)));
        point.Field(LineProtocolText.FieldKey("v"), 1f);
        Assert.True(point.End(5));
        Assert.Equal(expected, Encoding.UTF8.GetString(buffer.Written.Span));
    }

    [Theory]
    [InlineData("quote \" and \\", "\"quote \\\" and \\\\\"")]
    [InlineData("two\r\nlines", "\"two  lines\"")]
    [InlineData("", "\"\"")]
    public void Field_String_IsQuotedAndEscaped(string value, string expected)
    {
        using ByteBuffer buffer = new(1);
        LineProtocolWriter point = new(buffer);
        point.Begin("m"u8);
        point.Field("s="u8, value);
        point.End(0);
        Assert.Equal($"m s={expected} 0\n", Encoding.UTF8.GetString(buffer.Written.Span));
        Assert.Equal($"s={expected}", Encoding.UTF8.GetString(LineProtocolText.StringField("s", value)));
    }

    [Fact]
    public void Field_EachType_HasItsForm()
    {
        using ByteBuffer buffer = new(1);
        LineProtocolWriter point = new(buffer);
        point.Begin("m"u8);
        point.Field("a="u8, 3f);
        point.Field("b="u8, 0.1);
        point.Field("c="u8, long.MinValue);
        point.Field("d="u8, true);
        point.Field("e="u8, false);
        point.Field("f="u8, 1.5e-20f);
        point.Encoded("g=1,h=2"u8);
        point.End(long.MinValue);
        Assert.Equal("m a=3,b=0.1,c=-9223372036854775808i,d=t,e=f,f=1.5E-20,g=1,h=2 -9223372036854775808\n", Encoding.UTF8.GetString(buffer.Written.Span));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void End_OnlyNonFiniteFields_TakesThePointBack(float value)
    {
        using ByteBuffer buffer = new(1);
        buffer.Write("before\n"u8);
        LineProtocolWriter point = new(buffer);
        point.Begin("m"u8);
        point.Field("a="u8, value);
        point.Field("b="u8, (double)value);
        Assert.False(point.End(1));
        Assert.Equal("before\n", Encoding.UTF8.GetString(buffer.Written.Span));
    }

    [Fact]
    public void Writer_AnyPoint_ReadsBackAsItself() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(string Tag, string Key, string Text, double Number)>(), given =>
        {
            (string tag, string key, string text, double number) = given;
            string[] strings = [.. new[] { tag, key, text }.Select(value => new string([.. (value ?? "").Where(c => !char.IsSurrogate(c))]))];
            using ByteBuffer buffer = new(1);
            LineProtocolWriter point = new(buffer);
            point.Begin(LineProtocolText.Series("m" + strings[1], ("t" + strings[1], strings[0]), ("u", "end")));
            point.Field(LineProtocolText.FieldKey("s" + strings[1]), strings[2]);
            point.Field("n="u8, number);
            point.Field("f="u8, (float)number);
            point.End(7);
            LinePoint read = Assert.Single(LinePoint.ParseAll(buffer.Written.Span));
            Assert.Equal(Name("m" + strings[1]), read.Measurement);
            Assert.Equal(strings[0].Length == 0 ? null : Name(strings[0]), read.Tags.GetValueOrDefault(Name("t" + strings[1])));
            Assert.Equal("end", read.Tags["u"]);
            Assert.Equal(strings[2].Replace('\n', ' ').Replace('\r', ' '), read.Fields[Name("s" + strings[1])]);
            Assert.Equal(double.IsFinite(number), read.Fields.TryGetValue("n", out object? wide) && number.Equals((double)wide));
            float single = (float)number;
            Assert.Equal(float.IsFinite(single), read.Fields.TryGetValue("f", out object? narrow) && single.Equals((float)(double)narrow));
            Assert.Equal(7, read.TimeUnixNs);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    /// <summary>A name as the protocol can express it: control characters are spaces; a backslash that would escape is a slash.</summary>
    private static string Name(string name)
    {
        char[] signs = [.. name.Select(c => char.IsControl(c) ? ' ' : c)];
        for (int i = 0; i < signs.Length; i++)
        {
            // What follows is looked at as given: of two backslashes the first becomes a slash, whatever the second becomes.
            if (signs[i] == '\\' && (i + 1 == signs.Length || @",= \".Contains(signs[i + 1])))
            {
                signs[i] = '/';
            }
        }

        return new string(signs);
    }
}
