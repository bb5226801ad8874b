using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Sink.Store;

namespace Thrum.Sink.Tests.Support;

/// <summary>A local store in a folder of its own, which can be closed and opened again.</summary>
internal sealed class TemporaryStore : IAsyncDisposable
{
    private readonly string _folder = ServerProcess.TemporaryFolder();

    public TemporaryStore(StoreOptions? options = null) => Options = (options ?? new StoreOptions()) with { Path = Path.Combine(_folder, "thrum.db") };

    public StoreOptions Options { get; }

    public ManualTimeProvider Time { get; } = new();

    public ListLogger<LocalStore> Log { get; } = new();

    public LocalStore Store { get; private set; } = null!;

    public static async Task<TemporaryStore> OpenAsync(StoreOptions? options = null)
    {
        TemporaryStore store = new(options);
        await store.ReopenAsync();
        return store;
    }

    public async Task ReopenAsync()
    {
        if (Store is not null)
        {
            await Store.DisposeAsync();
        }

        Store = await LocalStore.OpenAsync(Options, Time, Log);
    }

    /// <summary>Opens a copy of the files as they are now, as after a power cut.</summary>
    public async Task<LocalStore> OpenCopyAsync()
    {
        string copy = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        foreach (string ending in new[] { "", "-wal" })
        {
            File.Copy(Options.Path + ending, copy + ending);
        }

        return await LocalStore.OpenAsync(Options with { Path = copy }, Time, NullLogger<LocalStore>.Instance);
    }

    /// <summary>Makes the disk refuse every write from now on; the result is the work that waits for it.</summary>
    public async Task<Task> BreakAsync()
    {
        // SQLITE_FULL at first; opening the file anew then finds a folder in its place.
        await Store.ExecuteAsync(session => session.Pragma("max_page_count=1"), CancellationToken.None);
        File.Move(Options.Path, Options.Path + ".away");
        Directory.CreateDirectory(Options.Path);
        Outbox outbox = await Store.OpenOutboxAsync("refused", long.MaxValue, CancellationToken.None);
        Task refused = outbox.AppendAsync(new OutboxBody(new byte[100_000], 1, ""), CancellationToken.None).AsTask();
        await Time.WaitForTimerAsync(TimeSpan.FromSeconds(1)).InTime();
        return refused;
    }

    public async ValueTask DisposeAsync()
    {
        if (Store is not null)
        {
            await Store.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
