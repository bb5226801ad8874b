using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Durability;

namespace Thrum.Sink.Tests.Faults;

/// <summary>
/// Journal and outbox against a model, on a disk that fails and loses power: whatever was said to be durable is there, and only what was ever
/// appended is there, after each step.
/// </summary>
public sealed class StoreOnFaultyDiskTests
{
    /// <summary>One step: what is done, and a number that says how much or when.</summary>
    private enum Step
    {
        AppendJournal,
        TrimJournal,
        AppendOutbox,
        RemoveOutbox,
        FailSync,
        FailWrite,
        FailRead,
        ShortRead,
        DiskFull,
        Reopen,
        PowerCut,
    }

    [Fact]
    public void JournalAndOutbox_WhateverTheDiskDoes_KeepWhatTheySaidIsDurable()
    {
        Gen<(Step, int)[]> steps = Gen.ArrayOf(
            from step in Gen.Frequency(
                (6, Gen.Constant(Step.AppendJournal)), (2, Gen.Constant(Step.TrimJournal)), (4, Gen.Constant(Step.AppendOutbox)),
                (2, Gen.Constant(Step.RemoveOutbox)), (2, Gen.Constant(Step.FailSync)), (1, Gen.Constant(Step.FailWrite)),
                (1, Gen.Constant(Step.FailRead)), (1, Gen.Constant(Step.ShortRead)), (2, Gen.Constant(Step.DiskFull)), (1, Gen.Constant(Step.Reopen)), (3, Gen.Constant(Step.PowerCut)))
            from number in Gen.Choose(0, 1 << 20)
            select (step, number));
        int cases = Environment.GetEnvironmentVariable("THRUM_FULL") == "1" ? 100 : 12;
        Prop.ForAll(Arb.From(steps), script => RunAsync(script).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(cases).WithEndSize(40).WithReplay(20260104, 1));
    }

    private static async Task RunAsync((Step Step, int Number)[] script)
    {
        await using FaultyStore store = await FaultyStore.OpenAsync();
        foreach ((Step step, int number) in script)
        {
            await (step switch
            {
                Step.AppendJournal => store.AppendJournalAsync(number % 50_000),
                Step.TrimJournal => store.TrimJournalAsync(number),
                Step.AppendOutbox => store.AppendOutboxAsync(number % 20_000),
                Step.RemoveOutbox => store.RemoveOutboxAsync(),
                Step.FailSync => store.WhileBrokenAsync(DiskFault.Sync, number % 4, number % 30_000),
                Step.FailWrite => store.WhileBrokenAsync(DiskFault.Write, number % 12, number % 30_000),
                Step.FailRead => store.WhileBrokenAsync(DiskFault.Read, number % 3, number % 30_000),
                Step.ShortRead => store.WhileBrokenAsync(DiskFault.ShortRead, number % 3, number % 30_000),
                Step.DiskFull => store.WhileBrokenAsync(DiskFault.Full, number % 12, number % 30_000),
                Step.Reopen => store.ReopenAsync(),
                _ => store.PowerCutAsync(new Random(number)),
            }).InTime();
            await store.CheckAsync();
        }

        await store.PowerCutAsync(new Random(script.Length));
        await store.CheckAsync();
    }

    [Theory]
    [InlineData(nameof(DiskFault.Read))]
    [InlineData(nameof(DiskFault.ShortRead))]
    [InlineData(nameof(DiskFault.Write))]
    [InlineData(nameof(DiskFault.Sync))]
    [InlineData(nameof(DiskFault.Full))]
    public async Task Append_WhileTheDiskFails_IsKeptOnceItIsMended(string fault)
    {
        await using FaultyStore store = await FaultyStore.OpenAsync();
        for (int i = 0; i < 3; i++)
        {
            await store.AppendJournalAsync(10_000);
            await store.AppendOutboxAsync(10_000);
        }

        await store.WhileBrokenAsync(Enum.Parse<DiskFault>(fault), after: 0, bytes: 10_000).InTime();

        Assert.True(store.Disk.Faults > 0, "the disk never failed");
        await store.CheckAsync();
        await store.PowerCutAsync(new Random(1));
        await store.CheckAsync();
    }

    [Fact]
    public async Task Commit_OfEachFile_IsSyncedBeforeItReturns()
    {
        await using FaultyStore store = await FaultyStore.OpenAsync();
        for (int i = 0; i < 10; i++)
        {
            int before = store.Disk.Syncs;
            await store.AppendJournalAsync(1000);
            int between = store.Disk.Syncs;
            await store.AppendOutboxAsync(1000);
            Assert.True(between > before, $"append {i} to the journal returned without a sync");
            Assert.True(store.Disk.Syncs > between, $"append {i} to the outbox returned without a sync");
        }
    }

    [Fact]
    public async Task Journal_BodyAlteredOnDisk_IsSkippedAndTheOthersAreRead()
    {
        await using FaultyStore store = await FaultyStore.OpenAsync();
        for (int i = 0; i < 3; i++)
        {
            await store.AppendJournalAsync(100);
        }

        await store.Journal.ExecuteAsync(session => session.Execute("UPDATE batch SET body = x'00' || substr(body, 2) WHERE rowid = 2"), CancellationToken.None);
        JournalBatch batch = new();
        Assert.True(await store.Journal.ReadAsync(1, batch, CancellationToken.None));
        Assert.Equal(3, batch.FirstSequence);
        Assert.Equal(1, store.JournalLog.CountOf(EventIds.JournalBatchDamaged));
    }
}
