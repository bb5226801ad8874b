using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Thrum.Detector.Stages;

namespace Thrum.Sink.Store;

/// <summary>A stored dead letter.</summary>
/// <param name="Id">Its number in the store; greater is newer.</param>
/// <param name="Reason">Wire name of the reason.</param>
/// <param name="Letter">The letter; its own reason is not read back.</param>
public sealed record StoredDeadLetter(long Id, string Reason, DeadLetter Letter);

/// <summary>
/// Dead letters in the local store. Those that are offered go with at most one commit a second, each of at most <see cref="QueueLetters"/>; what
/// comes faster than that is not taken. Without the disk nothing waits: letters are lost then, the counters of drops are not.
/// </summary>
public sealed class DeadLetterStore : IDeadLetterStore, IAsyncDisposable
{
    /// <summary>Letters that may wait for their commit.</summary>
    public const int QueueLetters = 64;

    private static readonly TimeSpan CommitInterval = TimeSpan.FromSeconds(1);

    private readonly Channel<DeadLetter> _queue = Channel.CreateBounded<DeadLetter>(new BoundedChannelOptions(QueueLetters) { SingleReader = true });
    private readonly LocalStore _store;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writing;
    private long _missed;

    /// <summary>Starts to write into an open store, within the limits of its options.</summary>
    public DeadLetterStore(LocalStore store, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _time = time;
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Letters that were offered and not kept, for want of room or of a working disk.</summary>
    public long Missed => Volatile.Read(ref _missed);

    /// <inheritdoc/>
    public bool HasRoom => _store.Options.DeadLetters > 0 && _queue.Reader.Count < QueueLetters;

    /// <inheritdoc/>
    public bool TryAdd(DeadLetter letter)
    {
        if (_store.Options.DeadLetters > 0 && _queue.Writer.TryWrite(letter))
        {
            return true;
        }

        Interlocked.Increment(ref _missed);
        return false;
    }

    /// <summary>Commits letters now, within the limits of the store's options: for those who can wait for the disk.</summary>
    /// <exception cref="StoreException">The store is closed, or refuses.</exception>
    internal static ValueTask KeepAsync(LocalStore store, IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken) => store.ExecuteAsync(
        session =>
        {
            foreach (DeadLetter letter in letters)
            {
                session.DeadLetters.Insert(letter);
            }

            session.DeadLetters.Trim(store.Options.DeadLetters, store.Options.DeadLetterBytes);
        },
        cancellationToken);

    /// <summary>The letters of a store that another process may have open, newest first.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="kind">Only of this kind; null for all.</param>
    /// <param name="limit">At most this many.</param>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public static IReadOnlyList<StoredDeadLetter> Read(string path, string? kind, int limit) =>
        Query(path, "WHERE $kind IS NULL OR kind = $kind ORDER BY id DESC LIMIT $limit", ("$kind", kind), ("$limit", limit));

    /// <summary>One letter of a store that another process may have open; null when there is none of that number.</summary>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public static StoredDeadLetter? Find(string path, long id) => Query(path, "WHERE id = $id", ("$id", id)).FirstOrDefault();

    /// <summary>Commits what waits and ends; before the store is closed.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _stop.CancelAsync();
        await _writing;
        _stop.Dispose();
    }

    private static List<StoredDeadLetter> Query(string path, string condition, params (string Name, object? Value)[] parameters)
    {
        try
        {
            using SqliteConnection connection = StoreFile.OpenForReading(path);
            using SqliteCommand command = FileSession.Prepare(
                connection, $"SELECT id, kind, source, reason, detail, received_unix_ns, properties, bytes, payload FROM dead_letter {condition}", [.. parameters.Select(parameter => parameter.Name)]);
            for (int i = 0; i < parameters.Length; i++)
            {
                command.Parameters[i].Value = parameters[i].Value ?? DBNull.Value;
            }

            using SqliteDataReader row = command.ExecuteReader();
            List<StoredDeadLetter> letters = [];
            while (row.Read())
            {
                letters.Add(new StoredDeadLetter(row.GetInt64(0), row.GetString(3), new DeadLetter(
                    row.GetString(1), row.GetString(2), default, row.GetString(4), row.GetInt64(5), row.GetString(6), row.GetInt64(7), row.GetFieldValue<byte[]>(8))));
            }

            return letters;
        }
        catch (SqliteException error)
        {
            throw new StoreException($"The dead letters in {path} cannot be read: {error.Message}", error);
        }
    }

    private async Task WriteAsync()
    {
        List<DeadLetter> group = [];
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            group.Clear();
            while (group.Count < QueueLetters && _queue.Reader.TryRead(out DeadLetter? letter))
            {
                group.Add(letter);
            }

            await CommitAsync(group);
            await Task.Delay(CommitInterval, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CommitAsync(List<DeadLetter> group)
    {
        try
        {
            await KeepAsync(_store, group, CancellationToken.None);
        }
        catch (StoreException)
        {
            // The store has said so itself.
            Interlocked.Add(ref _missed, group.Count);
        }
    }
}
