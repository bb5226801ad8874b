using System.Diagnostics.CodeAnalysis;

namespace Thrum.Detector.Stages;

/// <summary>
/// Objects at rest; the one that came last goes first, while its memory may still be in a cache. Thread-safe. A concurrent bag would keep them alive as long as the threads
/// that gave them back.
/// </summary>
/// <param name="most">So many are kept; further ones are left to the garbage collector.</param>
internal sealed class FreeList<T>(int most = int.MaxValue)
    where T : class
{
    private readonly Lock _gate = new();
    private readonly Stack<T> _items = new();

    /// <summary>How many are at rest.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _items.Count;
            }
        }
    }

    /// <summary>Takes one; false when there is none.</summary>
    public bool TryTake([NotNullWhen(true)] out T? item)
    {
        lock (_gate)
        {
            return _items.TryPop(out item);
        }
    }

    /// <summary>Gives one back, which nobody uses any more.</summary>
    public void Add(T item)
    {
        lock (_gate)
        {
            if (_items.Count < most)
            {
                _items.Push(item);
            }
        }
    }
}
