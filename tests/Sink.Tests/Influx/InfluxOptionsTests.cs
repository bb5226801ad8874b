using Thrum.Sink.Influx;
using Thrum.Sink.Webhooks;

namespace Thrum.Sink.Tests.Influx;

public sealed class InfluxOptionsTests
{
    private static readonly InfluxOptions Good = new() { Url = "http://127.0.0.1:8086", Bucket = "b", Org = "o o" };

    [Fact]
    public void Defaults_AreAsDocumented()
    {
        InfluxOptions options = new();
        Assert.Equal((5000, TimeSpan.FromSeconds(1), 16L << 20, 1L << 30), (options.BatchPoints, options.BatchDelay, options.QueueBytes, options.OutboxBytes));
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30)), (options.Timeout, options.RetryDelay, options.MaxRetryDelay));
        Assert.Equal((InfluxApi.V2, GzipMode.Auto), (options.Api, options.Gzip));
    }

    [Fact]
    public void Faults_GoodSettings_None() => Assert.Empty(Good.Faults());

    [Fact]
    public void Faults_ManyBadSettings_NamesEachWithValueAndExpectation()
    {
        InfluxOptions options = Good with { Url = "127.0.0.1", Bucket = "", BatchPoints = 0, BatchDelay = TimeSpan.Zero, MaxRetryDelay = TimeSpan.FromMilliseconds(1) };
        string all = string.Join('\n', options.Faults());
        Assert.Equal(5, options.Faults().Count());
        Assert.Contains("Url is '127.0.0.1', expected an address such as http://127.0.0.1:8086", all, StringComparison.Ordinal);
        Assert.Contains("BatchPoints is 0, expected 1 to 1000000", all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b", "letters, digits, - and _")]
    [InlineData("a.b", "letters, digits, - and _")]
    [InlineData("", "letters, digits, - and _")]
    [InlineData("history", "a name of its own, none of decode, score, deliver, history, live, tally, mqttOut")]
    [InlineData("Tally", "a name of its own, none of decode, score, deliver, history, live, tally, mqttOut")]
    public void Faults_BadId_SaysWhatItMayBe(string id, string expected)
    {
        Assert.Equal([$"Id is '{id}', expected {expected}"], (Good with { Id = id }).Faults());
        Assert.Equal([$"Id is '{id}', expected {expected}"], new WebhookOptions { Url = "http://h/", Id = id }.Faults());
    }

    [Fact]
    public async Task Faults_DurationsAtTheirBounds_AreThoseThatWork()
    {
        InfluxOptions longest = Good with
        {
            BatchDelay = TimeSpan.FromHours(1),
            Timeout = TimeSpan.FromHours(1),
            RetryDelay = TimeSpan.FromDays(1),
            MaxRetryDelay = TimeSpan.FromDays(1),
        };
        Assert.Empty(longest.Faults());
        await using InfluxDestination destination = await InfluxDestination.CreateAsync(
            longest, null, new ManualTimeProvider(), new ListLogger<InfluxDestination>(), CancellationToken.None);
        TimeSpan more = TimeSpan.FromSeconds(1);
        Assert.Equal(
            [
                "BatchDelay is 01:00:01, expected 00:00:00.001 to 01:00:00",
                "Timeout is 01:00:01, expected 00:00:00.001 to 01:00:00",
                "RetryDelay is 1.00:00:01, expected 00:00:00.001 to 1.00:00:00",
                "MaxRetryDelay is 1.00:00:01, expected 00:00:00.001 to 1.00:00:00",
            ],
            (longest with
            {
                BatchDelay = longest.BatchDelay + more,
                Timeout = longest.Timeout + more,
                RetryDelay = longest.RetryDelay + more,
                MaxRetryDelay = longest.MaxRetryDelay + more,
            }).Faults());
    }

    [Fact]
    public void ToString_WithSecrets_ShowsNone() =>
        Assert.Equal("Influx influx at http://127.0.0.1:8086", (Good with { Token = "secret", Password = "secret" }).ToString());

    [Theory]
    [InlineData("http://h:1", InfluxApi.V2, "http://h:1/api/v2/write?org=o%20o&bucket=b&precision=ns")]
    [InlineData("http://h:1/", InfluxApi.V1, "http://h:1/write?db=d&precision=ns")]
    [InlineData("http://h:1/proxy/", InfluxApi.V1, "http://h:1/proxy/write?db=d&precision=ns")]
    [InlineData("http://h:1/api/v2/write", InfluxApi.V2, "http://h:1/api/v2/write?org=o%20o&bucket=b&precision=ns")]
    [InlineData("http://h:1/write?db=x&rp=y", InfluxApi.V2, "http://h:1/write?db=x&rp=y")]
    [InlineData("http://h:1/api/v2/write?bucket=z", InfluxApi.V1, "http://h:1/api/v2/write?bucket=z")]
    public void WriteUrl_IsBuiltUnlessComplete(string url, InfluxApi api, string expected) =>
        Assert.Equal(expected, new InfluxEndpoint(Good with { Url = url, Api = api, Database = "d" }).WriteUrl.AbsoluteUri);

    [Fact]
    public void Authorization_TokenOrUser_IsHeader()
    {
        Assert.Equal("Token t", new InfluxEndpoint(Good with { Token = "t" }).Authorization?.ToString());
        Assert.Equal("Basic dTpwOnA=", new InfluxEndpoint(Good with { User = "u", Password = "p:p" }).Authorization?.ToString());
        Assert.Null(new InfluxEndpoint(Good).Authorization);
    }
}
