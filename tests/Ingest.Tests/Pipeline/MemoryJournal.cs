using Thrum.Detector.Durability;

namespace Thrum.Ingest.Tests.Pipeline;

/// <summary>A journal in memory whose commits a test can hold back.</summary>
internal sealed class MemoryJournal : IJournal, IDisposable
{
    private readonly List<(long First, int Count, byte[] Bytes)> _batches = [];
    private readonly SemaphoreSlim _commits = new(0);
    private readonly SemaphoreSlim _begun = new(0);
    private bool _held;

    public long LastSequence { get; private set; }

    public long Bytes => _batches.Sum(batch => (long)batch.Bytes.Length);

    public string? Fault => null;

    public int Commits => _batches.Count;

    public void Hold() => _held = true;

    /// <summary>Ends when a commit has begun that is held back.</summary>
    public Task BegunAsync() => _begun.WaitAsync();

    public void Release()
    {
        _held = false;
        _commits.Release();
    }

    public async ValueTask AppendAsync(JournalBatch batch, CancellationToken cancellationToken)
    {
        batch.FirstSequence = LastSequence + 1;
        if (_held)
        {
            _begun.Release();
            await _commits.WaitAsync(cancellationToken);
        }

        _batches.Add((batch.FirstSequence, batch.Count, batch.Written.ToArray()));
        LastSequence = batch.LastSequence;
    }

    public ValueTask<bool> ReadAsync(long after, JournalBatch batch, CancellationToken cancellationToken)
    {
        foreach ((long first, int count, byte[] bytes) in _batches.Where(one => one.First + one.Count > after + 1))
        {
            return ValueTask.FromResult(batch.TryLoad(first, count, bytes));
        }

        return ValueTask.FromResult(false);
    }

    public ValueTask TrimAsync(long through, bool atOnce, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void Dispose()
    {
        _commits.Dispose();
        _begun.Dispose();
    }
}
