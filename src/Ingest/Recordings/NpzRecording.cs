using System.IO.Compression;

namespace Thrum.Ingest.Recordings;

/// <summary>
/// NumPy's archive of arrays, stored (<c>savez</c>) or deflated (<c>savez_compressed</c>). A vector is an axis of its name, a matrix one for each column
/// (<c>name1</c>, <c>name2</c>, …), a single number a property, and one called fs, sr or the like the sampling rate. Arrays of anything else are stepped over.
/// </summary>
internal static class NpzRecording
{
    // Deflate packs a thousand to one at most; what unpacks to more than this is no recording.
    private const int MostArrayBytes = 1 << 30;

    public static Recording Read(RecordingSource source)
    {
        List<RecordedAxis> axes = [];
        Dictionary<string, double> properties = new(StringComparer.Ordinal);
        List<string> others = [];
        try
        {
            using ZipArchive archive = new(source.Open(), ZipArchiveMode.Read);
            foreach (ZipArchiveEntry entry in archive.Entries.Where(entry => entry.FullName.EndsWith(".npy", StringComparison.Ordinal)))
            {
                ReadArray(source, entry, axes, properties, others);
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException)
        {
            throw source.Fault("a whole .npz archive", e.Message, e);
        }

        double rate = properties.FirstOrDefault(property => RateNames.Are(property.Key, property.Value)).Value;
        return axes.Count == 0
            ? throw source.Fault("at least one vector or matrix of real numbers", others.Count == 0 ? "no arrays" : string.Join(", ", others.Take(10)))
            : new Recording { Name = source.Name, SampleRateHz = rate > 0 ? rate : null, Axes = axes, Properties = properties };
    }

    private static void ReadArray(
        RecordingSource source, ZipArchiveEntry entry, List<RecordedAxis> axes, Dictionary<string, double> properties, List<string> others)
    {
        string name = entry.FullName[..^".npy".Length];
        try
        {
            byte[] bytes = Unpack(source, entry);
            NpyHeader header = NpyHeader.Read(source, bytes);
            if (header.Kind is { } kind && header.Sizes() is [] or [1] && bytes.Length - header.DataAt == kind.Size())
            {
                properties[name] = SampleCodec.One(bytes.AsSpan(header.DataAt), kind, header.IsBigEndian);
            }
            else if (header.Kind is not null && header.Sizes() is [> 0] or [> 0, > 0])
            {
                using BinaryBlocks blocks = NpyRecording.Blocks(source, header, new MemoryStream(bytes));
                IReadOnlyList<RecordedAxis> columns = RecordingCollector.Collect(source, blocks).Axes;
                axes.AddRange(columns.Select((column, i) => column with { Name = columns.Count == 1 ? name : FormattableString.Invariant($"{name}{i + 1}") }));
            }
            else
            {
                others.Add($"{name} ({header.Description}, shape ({header.Shape}))");
            }
        }
        catch (RecordingException e)
        {
            throw source.Fault(e.Expected, $"{e.Found} in {entry.FullName}", e);
        }
    }

    private static byte[] Unpack(RecordingSource source, ZipArchiveEntry entry)
    {
        // The length that the archive states may be a lie: memory is taken as the bytes come.
        using Stream packed = entry.Open();
        using MemoryStream unpacked = new((int)Math.Clamp(entry.CompressedLength, 0, MostArrayBytes));
        byte[] buffer = new byte[81920];
        for (int read; (read = packed.Read(buffer)) > 0;)
        {
            unpacked.Write(buffer, 0, read);
            if (unpacked.Length > MostArrayBytes)
            {
                throw source.Fault($"at most {MostArrayBytes} bytes", "more");
            }
        }

        return unpacked.Length == entry.Length
            ? unpacked.ToArray()
            : throw source.Fault($"{entry.Length} bytes", $"{unpacked.Length} bytes");
    }
}
