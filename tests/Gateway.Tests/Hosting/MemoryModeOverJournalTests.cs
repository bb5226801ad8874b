using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Durability;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Doctor;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Tests.Support;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Tests.Hosting;

/// <summary>A gateway that was changed from journal to memory mode says what it leaves unread, and loses nothing of it.</summary>
public sealed class MemoryModeOverJournalTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();
    private readonly ListLoggerFactory _log = new();

    public void Dispose()
    {
        _log.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Open_JournalHoldsUnprocessedMessages_SaysSoAndLeavesThem()
    {
        ThrumOptions memory = _folder.Load();
        await LeaveAsync(memory.Store, records: 3);
        await using (await Destinations.OpenAsync(memory, 1, null, TimeProvider.System, _log))
        {
            Assert.Contains("holds 3 messages that were acknowledged and never processed", Assert.Single(_log.Texts(EventIds.JournalLeft)), StringComparison.Ordinal);
        }

        Finding finding = (await MachineChecks.JournalAsync(memory.Store))!;
        Assert.Equal(Verdict.Warn, finding.Verdict);
        Assert.Contains("holds 3 messages", finding.Text, StringComparison.Ordinal);

        await using Destinations journal = await Destinations.OpenAsync(
            memory with { Store = memory.Store with { Durability = Durability.Journal } }, 1, null, TimeProvider.System, _log);
        Assert.Equal((3, 0), (journal.Journal!.File.LastSequence, journal.Journal.Through));
    }

    [Fact]
    public async Task Open_JournalIsProcessed_SaysNothing()
    {
        ThrumOptions memory = _folder.Load();
        await LeaveAsync(memory.Store, records: 0);
        await using Destinations destinations = await Destinations.OpenAsync(memory, 1, null, TimeProvider.System, _log);
        Assert.Empty(_log.Texts(EventIds.JournalLeft));
        Assert.Null(await MachineChecks.JournalAsync(memory.Store));
    }

    /// <summary>What a gateway in journal mode leaves behind when it is killed.</summary>
    private static async Task LeaveAsync(StoreOptions options, int records)
    {
        await using LocalStore store = await LocalStore.OpenAsync(options, TimeProvider.System, NullLogger<LocalStore>.Instance);
        await using JournalFile journal = await JournalFile.OpenAsync(options, 0, TimeProvider.System, NullLogger<JournalFile>.Instance);
        if (records == 0)
        {
            return;
        }

        JournalBatch batch = new();
        for (int i = 0; i < records; i++)
        {
            batch.Append(JournalRecordKind.Message, 10).Clear();
        }

        await journal.AppendAsync(batch, CancellationToken.None);
    }
}
