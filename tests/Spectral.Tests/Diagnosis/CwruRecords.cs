using System.Buffers.Binary;
using System.Text;
using Thrum.Spectral.Filters;

namespace Thrum.Spectral.Tests.Diagnosis;

/// <summary>Drive-end samples (g) of the CWRU recordings at 12 kHz, from their uncompressed MATLAB level 5 files.</summary>
internal static class CwruRecords
{
    public const double RateHz = 12000;
    public const double ShaftHz = 1797 / 60.0;

    public static float[] Read(string file)
    {
        float[] samples = Variable(File.ReadAllBytes(Require.SharedData("cwru", file)), "DE_time");

        // The healthy record was made at 48 kHz.
        return file.StartsWith("normal", StringComparison.Ordinal) ? FirDecimator.Decimate(samples, 4)[100..^100] : samples;
    }

    private static float[] Variable(byte[] file, string nameEnd)
    {
        for (int at = 128; at < file.Length;)
        {
            int size = Int(file, at + 4);

            // Tag, flags (16 bytes), dimensions (16), name (tag of 8 and its letters to a multiple of 8), values (tag of 8).
            int nameLength = Int(file, at + 44);
            string name = Encoding.ASCII.GetString(file, at + 48, Math.Clamp(nameLength, 0, 63));
            if (name.EndsWith(nameEnd, StringComparison.Ordinal))
            {
                int values = at + 48 + ((nameLength + 7) / 8 * 8);
                Assert.Equal(9, Int(file, values));
                int count = Int(file, values + 4) / sizeof(double);
                ReadOnlyMemory<byte> doubles = file.AsMemory(values + 8);
                return [.. Enumerable.Range(0, count).Select(i => (float)BinaryPrimitives.ReadDoubleLittleEndian(doubles.Span[(8 * i)..]))];
            }

            at += 8 + size;
        }

        throw new InvalidDataException($"no variable ending in {nameEnd}");
    }

    private static int Int(byte[] file, int at) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at));
}
