using System.Diagnostics.CodeAnalysis;
using Thrum.Detector.Samples;

namespace Thrum.Ingest.Topics;

/// <summary>
/// A hash table from UTF-8 topic bytes to a value: open addressing, linear probing, no allocation on lookup.
/// It holds at most <c>maxEntries</c> topics, so that a device inventing topics cannot fill the memory. Not thread-safe.
/// </summary>
/// <typeparam name="T">What is kept per topic.</typeparam>
public sealed class TopicTable<T>
{
    private readonly int _maxEntries;
    private Slot[] _slots = new Slot[16];
    private int _count;

    /// <summary>An empty table for up to <paramref name="maxEntries"/> topics (at least 1).</summary>
    public TopicTable(int maxEntries = 65_536)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEntries, 1);
        _maxEntries = maxEntries;
    }

    /// <summary>Topics held.</summary>
    public int Count => _count;

    /// <summary>True when no further topic is taken.</summary>
    public bool IsFull => _count >= _maxEntries;

    /// <summary>The value of the topic, if it is held.</summary>
    public bool TryGet(ReadOnlySpan<byte> topic, [MaybeNullWhen(false)] out T value)
    {
        ref Slot slot = ref Find(_slots, StableHash.Of(topic), topic);
        value = slot.Value;
        return slot.Key is not null;
    }

    /// <summary>Sets the topic's value, copying the bytes of a new topic. False: the table is full and the topic is new.</summary>
    public bool TrySet(ReadOnlySpan<byte> topic, T value)
    {
        ulong hash = StableHash.Of(topic);
        ref Slot slot = ref Find(_slots, hash, topic);
        if (slot.Key is not null)
        {
            slot.Value = value;
            return true;
        }

        if (IsFull)
        {
            return false;
        }

        slot = new Slot { Key = topic.ToArray(), Hash = hash, Value = value };
        // Half full at most: probe chains stay short.
        if (++_count * 2 > _slots.Length)
        {
            Grow();
        }

        return true;
    }

    /// <summary>Forgets every topic.</summary>
    public void Clear()
    {
        Array.Clear(_slots);
        _count = 0;
    }

    private void Grow()
    {
        var larger = new Slot[_slots.Length * 2];
        foreach (Slot slot in _slots)
        {
            if (slot.Key is not null)
            {
                Find(larger, slot.Hash, slot.Key) = slot;
            }
        }

        _slots = larger;
    }

    private static ref Slot Find(Slot[] slots, ulong hash, ReadOnlySpan<byte> topic)
    {
        int mask = slots.Length - 1;
        for (int at = (int)hash & mask; ; at = (at + 1) & mask)
        {
            ref Slot slot = ref slots[at];
            if (slot.Key is null || (slot.Hash == hash && topic.SequenceEqual(slot.Key)))
            {
                return ref slot;
            }
        }
    }

    private struct Slot
    {
        public byte[]? Key;
        public ulong Hash;
        public T? Value;
    }
}
