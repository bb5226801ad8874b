using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Thrum.Detector.Samples;

/// <summary>
/// A 64-bit hash that is the same in every process, machine and release, unlike <see cref="string.GetHashCode()"/>.
/// Not for secrets: an attacker can find collisions.
/// </summary>
public static class StableHash
{
    // Odd 64-bit constants: the golden ratio's fraction, and the two finaliser multipliers of MurmurHash3 (public domain).
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private const ulong MixA = 0xFF51AFD7ED558CCD;
    private const ulong MixB = 0xC4CEB9FE1A85EC53;

    /// <summary>Hash of the bytes.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong hash = Golden ^ ((ulong)bytes.Length * MixA);
        while (bytes.Length >= 8)
        {
            hash = Step(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        ulong tail = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            tail |= (ulong)bytes[i] << (8 * i);
        }

        hash = Step(hash, tail);
        hash = (hash ^ (hash >> 33)) * MixA;
        hash = (hash ^ (hash >> 33)) * MixB;
        return hash ^ (hash >> 33);
    }

    /// <summary>Hash of the text's UTF-8 bytes.</summary>
    public static ulong Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int size = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = size <= 512 ? stackalloc byte[512] : new byte[size];
        return Of(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    /// <summary>The shard, 0..<paramref name="shards"/>-1, that owns the machine.</summary>
    public static int Shard(string machine, int shards)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        return (int)(Of(machine) % (uint)shards);
    }

    private static ulong Step(ulong hash, ulong word) => BitOperations.RotateLeft((hash ^ word) * Golden, 29);
}
