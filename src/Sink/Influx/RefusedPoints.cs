using System.Buffers;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;
using Thrum.Sink.Store;

namespace Thrum.Sink.Influx;

/// <summary>
/// Keeps the points that a database refuses as dead letters: lines of line protocol, neighbours with the same reason together. They are gathered while
/// a body is delivered and committed behind it, so that they delay no good point. In an hour a destination keeps at most as many bytes as all dead
/// letters may have, because more would only wear out the disk. One caller at a time.
/// </summary>
internal sealed class RefusedPoints
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly string _destination;
    private readonly LocalStore? _store;
    private readonly TimeProvider _time;
    private readonly List<(string Words, ArrayBufferWriter<byte> Lines)> _pending = [];
    private long _hourBegan;
    private long _bytesThisHour;

    /// <param name="destination">Its id, to which the letters can be written again.</param>
    /// <param name="store">Where letters are kept; null keeps none.</param>
    /// <param name="time">The clock.</param>
    public RefusedPoints(string destination, LocalStore? store, TimeProvider time)
    {
        _destination = destination;
        _store = store;
        _time = time;
        _hourBegan = time.GetTimestamp();
    }

    /// <summary>Takes lines that were refused with these words.</summary>
    public void Add(string words, ReadOnlySpan<byte> lines)
    {
        if (_store is not { Options.DeadLetters: > 0 })
        {
            return;
        }

        while (lines.Length > 0)
        {
            int length = Fitting(lines);
            if (!HasBudget(length))
            {
                return;
            }

            LetterFor(words, length).Write(lines[..length]);
            lines = lines[length..];
        }
    }

    /// <summary>Commits what was taken; cancelled, within the store's grace.</summary>
    /// <exception cref="StoreException">The store is closed, or refuses.</exception>
    /// <exception cref="OperationCanceledException">The disk refuses and nobody waits any more.</exception>
    public async ValueTask KeepAsync(CancellationToken cancellationToken)
    {
        if (_pending.Count == 0)
        {
            return;
        }

        long now = UnixTime.ToNs(_time.GetUtcNow());
        DeadLetter[] letters = [.. _pending.Select(letter => Letter(letter.Words, letter.Lines.WrittenMemory, now))];
        _pending.Clear();
        await DeadLetterStore.KeepAsync(_store!, letters, cancellationToken);
    }

    private DeadLetter Letter(string words, ReadOnlyMemory<byte> lines, long now) => new(
        DeadLetter.Point, _destination, DropReason.Refused, words, now, "", lines.Length,
        lines.Length <= DeadLetter.MaxPayloadBytes ? lines : lines[..DeadLetter.MaxPayloadBytes]);

    private bool HasBudget(int bytes)
    {
        if (_time.GetElapsedTime(_hourBegan) >= Hour)
        {
            (_hourBegan, _bytesThisHour) = (_time.GetTimestamp(), 0);
        }

        _bytesThisHour += bytes;
        return _bytesThisHour <= _store!.Options.DeadLetterBytes;
    }

    private ArrayBufferWriter<byte> LetterFor(string words, int length)
    {
        if (_pending is [.., var last] && last.Words == words && last.Lines.WrittenCount + length <= DeadLetter.MaxPayloadBytes)
        {
            return last.Lines;
        }

        ArrayBufferWriter<byte> lines = new(length);
        _pending.Add((words, lines));
        return lines;
    }

    /// <summary>Bytes of as many whole lines as one letter holds, at least of one.</summary>
    private static int Fitting(ReadOnlySpan<byte> lines)
    {
        if (lines.Length <= DeadLetter.MaxPayloadBytes)
        {
            return lines.Length;
        }

        int end = lines[..DeadLetter.MaxPayloadBytes].LastIndexOf((byte)'\n');
        return (end >= 0 ? end : lines.IndexOf((byte)'\n')) + 1;
    }
}
