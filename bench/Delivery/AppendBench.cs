using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Durability;
using Thrum.Sink.Store;

namespace Thrum.Delivery;

/// <summary>Appending to the journal, a commit for every 16 messages of 4 KiB: messages a second, and bytes of managed memory allocated a message.</summary>
internal static class AppendBench
{
    private const int MessageBytes = 4096, MessagesACommit = 16, Commits = 500;

    public static async Task RunAsync(int rounds)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("thrum-append-");
        try
        {
            StoreOptions options = new() { Path = Path.Combine(folder.FullName, "thrum.db"), Durability = Durability.Journal };
            await using JournalFile journal = await JournalFile.OpenAsync(options, 0, TimeProvider.System, NullLogger<JournalFile>.Instance);
            JournalBatch batch = new(MessagesACommit * (MessageBytes + 64));
            await AppendAsync(journal, batch, Commits);
            for (int round = 0; round < rounds; round++)
            {
                long allocated = GC.GetTotalAllocatedBytes(precise: true), start = Stopwatch.GetTimestamp();
                await AppendAsync(journal, batch, Commits);
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
                Console.WriteLine(FormattableString.Invariant(
                    $"append: {Commits * MessagesACommit / seconds:F0} messages/s, {Commits / seconds:F0} commits/s, {(double)allocated / (Commits * MessagesACommit):F1} bytes allocated a message"));
                await journal.TrimAsync(journal.LastSequence, atOnce: true, CancellationToken.None);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task AppendAsync(JournalFile journal, JournalBatch batch, int commits)
    {
        for (int commit = 0; commit < commits; commit++)
        {
            batch.Clear();
            for (int i = 0; i < MessagesACommit; i++)
            {
                batch.Append(JournalRecordKind.Message, MessageBytes).Fill((byte)i);
            }

            await journal.AppendAsync(batch, CancellationToken.None);
        }
    }
}
