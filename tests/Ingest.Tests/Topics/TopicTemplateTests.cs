using System.Text;
using Thrum.Detector.Samples;
using Thrum.Ingest.Topics;

namespace Thrum.Ingest.Tests.Topics;

public sealed class TopicTemplateTests
{
    [Theory]
    [InlineData("vibration/{machine}/{sensor}/{axis}", "vibration/+/+/+")]
    [InlineData("vibration/{machine}", "vibration/+")]
    [InlineData("+/{machine}/x/#", "+/+/x/#")]
    [InlineData("$share/thrum/plant/{machine}/{sensor}", "$share/thrum/plant/+/+")]
    public void Filter_ValidTemplate_ReplacesPlaceholders(string template, string filter) =>
        Assert.Equal(filter, TopicTemplate.Parse(template).Filter);

    [Theory]
    [InlineData("vibration/{machine}/{sensor}/{axis}", "vibration/m1/s2/x", "m1", "s2", "x")]
    [InlineData("vibration/{machine}/{sensor}", "vibration/m1/s2", "m1", "s2", "default")]
    [InlineData("{axis}/+/{machine}", "z//pump ü", "pump ü", "default", "z")]
    [InlineData("a/{machine}/#", "a/m", "m", "default", "default")]
    [InlineData("a/{machine}/#", "a/m/b/c", "m", "default", "default")]
    [InlineData("$share/g/a/{machine}", "a/m", "m", "default", "default")]
    public void TryMatch_MatchingTopic_NamesTheSource(string template, string topic, string machine, string sensor, string axis)
    {
        Assert.True(TopicTemplate.Parse(template).TryMatch(Encoding.UTF8.GetBytes(topic), out string? m, out string? s, out string? a));
        Assert.Equal((machine, sensor, axis), (m, s, a));
    }

    [Theory]
    [InlineData("plant/+/vibration", true)]
    [InlineData("plant/#", true)]
    [InlineData("plant/vibration", false)]
    [InlineData("plant/{axis}/#", false)]
    [InlineData("+/{sensor}", false)]
    public void IsOneAxisOfSeveralTopics_OfATemplate_TellsWhereNothingTellsThemApart(string template, bool isOne) =>
        Assert.Equal(isOne, TopicTemplate.Parse(template, new TopicNames("pump", "", "")).IsOneAxisOfSeveralTopics);

    [Theory]
    [InlineData("plant/vibration", "plant/vibration", "pump", "", "", "pump/default/default")]
    [InlineData("plant/{axis}", "plant/x", "pump", "drive-end", "", "pump/drive-end/x")]
    [InlineData("plant/{machine}", "plant/m1", "", "drive-end", "z", "m1/drive-end/z")]
    [InlineData("#", "any/topic", "pump", "s", "a", "pump/s/a")]
    public void TryMatch_NamesBesideTheTemplate_FillWhatItHasNot(string template, string topic, string machine, string sensor, string axis, string expected)
    {
        var parsed = TopicTemplate.Parse(template, new TopicNames(machine, sensor, axis));
        Assert.True(parsed.TryMatch(Encoding.UTF8.GetBytes(topic), out string? m, out string? s, out string? a));
        Assert.Equal(expected, $"{m}/{s}/{a}");
        Assert.False(parsed.TryMatch("other"u8, out _, out _, out _) && template != "#");
    }

    [Theory]
    [InlineData("a/{machine}", "pump", "", "", "{machine} stands in it and Machine is \"pump\", expected one of the two")]
    [InlineData("a/{sensor}", "pump", "s", "", "{sensor} stands in it and Sensor is \"s\", expected one of the two")]
    [InlineData("a/{axis}", "pump", "", "x", "{axis} stands in it and Axis is \"x\", expected one of the two")]
    [InlineData("a/{sensor}", "", "", "", "{machine} is missing, and Machine is not set")]
    public void Parse_NameSaidTwiceOrNever_SaysWhichSetting(string template, string machine, string sensor, string axis, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => TopicTemplate.Parse(template, new TopicNames(machine, sensor, axis))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(AxisId.MaxNameBytes + 1, 's')]
    [InlineData(1, '/')]
    public void Parse_NameThatNoLevelCouldBe_SaysWhatIsExpected(int length, char letter) =>
        Assert.Contains("expected a name of at most 256 bytes without /", Assert.Throws<FormatException>(() => TopicTemplate.Parse("a", new TopicNames("m", new string(letter, length), ""))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("vibration/{machine}/{sensor}", "vibration/m1")]
    [InlineData("vibration/{machine}/{sensor}", "vibration/m1/s1/x")]
    [InlineData("vibration/{machine}/{sensor}", "vibration//s1")]
    [InlineData("vibration/{machine}", "vibrations/m1")]
    [InlineData("vibration/{machine}", "")]
    public void TryMatch_OtherTopic_IsFalse(string template, string topic) =>
        Assert.False(TopicTemplate.Parse(template).TryMatch(Encoding.UTF8.GetBytes(topic), out _, out _, out _));

    [Theory]
    [InlineData(AxisId.MaxNameBytes, true)]
    [InlineData(AxisId.MaxNameBytes + 1, false)]
    public void TryMatch_LongName_MatchesUpToTheLimit(int bytes, bool expected) =>
        Assert.Equal(expected, TopicTemplate.Parse("v/{machine}").TryMatch(Encoding.UTF8.GetBytes("v/" + new string('m', bytes)), out _, out _, out _));

    [Fact]
    public void TryMatch_NotUtf8_IsFalse() =>
        Assert.False(TopicTemplate.Parse("v/{machine}").TryMatch([(byte)'v', (byte)'/', 0xFF], out _, out _, out _));

    [Theory]
    [InlineData("", "{machine} is missing")]
    [InlineData("a/b", "{machine} is missing")]
    [InlineData("a/{machine}/{machine}", "{machine} appears twice")]
    [InlineData("a/x{machine}", "level \"x{machine}\"")]
    [InlineData("a/#/{machine}", "level \"#\"")]
    [InlineData("a/{device}/{machine}", "level \"{device}\"")]
    public void Parse_BadTemplate_SaysWhatIsWrong(string template, string reason)
    {
        FormatException fault = Assert.Throws<FormatException>(() => TopicTemplate.Parse(template));
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.Contains($"\"{template}\"", fault.Message, StringComparison.Ordinal);
    }
}
