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

    public async ValueTask DisposeAsync()
    {
        if (Store is not null)
        {
            await Store.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
