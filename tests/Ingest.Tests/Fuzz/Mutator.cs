namespace Thrum.Ingest.Tests.Fuzz;

/// <summary>Makes new inputs out of seeds: flips, overwrites, cuts, repeats and splices. The same number gives the same inputs.</summary>
internal sealed class Mutator(IReadOnlyList<byte[]> seeds, int number)
{
    private const int MaxBytes = 4096;

    private static readonly byte[] Telling = [0, 1, 2, 0x7F, 0x80, 0x81, 0xFE, 0xFF, (byte)'"', (byte)'[', (byte)'{', (byte)',', (byte)'-', (byte)'e', (byte)'\\', (byte)'\n'];

    private readonly Random _random = new(number);
    private readonly byte[] _buffer = new byte[MaxBytes * 2];

    /// <summary>The next input, valid until the one after it.</summary>
    public ReadOnlySpan<byte> Next()
    {
        int length = Copy(seeds[_random.Next(seeds.Count)], 0);
        for (int steps = 1 + _random.Next(4); steps > 0; steps--)
        {
            length = Mutate(length);
        }

        return _buffer.AsSpan(0, Math.Min(length, MaxBytes));
    }

    private int Mutate(int length)
    {
        int at = _random.Next(length + 1);
        switch (_random.Next(9))
        {
            case 0 when length > 0:
                _buffer[at % length] ^= (byte)(1 << _random.Next(8));
                return length;
            case 1 when length > 0:
                _buffer[at % length] = (byte)_random.Next(256);
                return length;
            case 2 when length > 0:
                _buffer[at % length] = Telling[_random.Next(Telling.Length)];
                return length;
            case 3:
                return at;
            case 4:
                int removed = Math.Min(_random.Next(8), length - at);
                _buffer.AsSpan(at + removed, length - at - removed).CopyTo(_buffer.AsSpan(at));
                return length - removed;
            case 5:
                return Insert(at, length, _random.Next(1, 8));
            case 6:
                int repeated = Math.Min(_random.Next(1, 64), length - at);
                _buffer.AsSpan(at, repeated).CopyTo(_buffer.AsSpan(Math.Min(length, MaxBytes)));
                return Math.Min(length, MaxBytes) + repeated;
            case 7:
                return Copy(seeds[_random.Next(seeds.Count)], at);
            default:
                _buffer.AsSpan(at, Math.Min(4, length - at)).Fill(Telling[_random.Next(Telling.Length)]);
                return length;
        }
    }

    private int Insert(int at, int length, int count)
    {
        length = Math.Min(length, MaxBytes);
        at = Math.Min(at, length);
        _buffer.AsSpan(at, length - at).CopyTo(_buffer.AsSpan(at + count));
        _random.NextBytes(_buffer.AsSpan(at, count));
        return length + count;
    }

    private int Copy(byte[] seed, int at)
    {
        at = Math.Min(at, MaxBytes);
        int count = Math.Min(seed.Length, _buffer.Length - at);
        seed.AsSpan(0, count).CopyTo(_buffer.AsSpan(at));
        return Math.Min(MaxBytes, at + count);
    }
}
