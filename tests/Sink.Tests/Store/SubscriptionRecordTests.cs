using Thrum.Detector.Durability;
using Thrum.Sink.Store;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.Store;

public sealed class SubscriptionRecordTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_WhatWasWritten_IsThatOfTheClientAlsoAfterReopening()
    {
        await using TemporaryStore file = await TemporaryStore.OpenAsync();
        SubscriptionRecord record = new(file.Store);
        await record.WriteAsync("gateway", "a:1883", ["v/#", "old/#"], Token);
        await record.WriteAsync("gateway", "b:1883", ["v/#"], Token);
        await record.WriteAsync("another", "a:1883", ["x"], Token);

        await file.ReopenAsync();

        record = new(file.Store);
        Assert.Equal([new("a:1883", "old/#"), new("a:1883", "v/#"), new HeldFilter("b:1883", "v/#")], (await record.ReadAsync("gateway", Token)).OrderBy(filter => (filter.Broker, filter.Filter)));
        Assert.Empty(await record.ReadAsync("nobody", Token));
    }

    [Fact]
    public async Task Write_Again_TakesThePlaceOfThatBrokersOnly()
    {
        await using TemporaryStore file = await TemporaryStore.OpenAsync();
        SubscriptionRecord record = new(file.Store);
        await record.WriteAsync("gateway", "a:1883", ["v/#", "old/#"], Token);
        await record.WriteAsync("gateway", "b:1883", ["old/#"], Token);

        await record.WriteAsync("gateway", "a:1883", ["v/#"], Token);

        Assert.Equal([new("a:1883", "v/#"), new HeldFilter("b:1883", "old/#")], (await record.ReadAsync("gateway", Token)).OrderBy(filter => filter.Broker));
    }
}
