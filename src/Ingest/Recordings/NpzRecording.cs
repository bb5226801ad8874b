using System.IO.Compression;

namespace Thrum.Ingest.Recordings;

/// <summary>
/// NumPy's archive of arrays, stored (<c>savez</c>) or deflated (<c>savez_compressed</c>). A vector is an axis of its name, a matrix one for each column
/// (<c>name1</c>, <c>name2</c>, …), a single number a property, and one called fs, sr or the like the sampling rate. Arrays of anything else, records and wider matrices among them, are stepped over. Opening reads the
/// arrays' heads alone.
/// </summary>
internal static class NpzRecording
{
    // Other arrays that a message names.
    private const int MostNamed = 10;

    private const string Whole = "a whole .npz archive";

    public static IRecordingBlocks Open(RecordingSource source) => source.OpenBlocks(file =>
    {
        try
        {
            ZipArchive archive = new(file, ZipArchiveMode.Read);
            Contents contents = new(source);
            foreach (ZipArchiveEntry entry in archive.Entries.Where(entry => entry.FullName.EndsWith(".npy", StringComparison.Ordinal)))
            {
                contents.Add(entry);
            }

            return new PartBlocks(source, contents.Head(), contents.Parts, archive);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException)
        {
            throw source.Fault(Whole, e.Message, e);
        }
    });

    /// <summary>What the heads of the arrays say.</summary>
    private sealed class Contents(RecordingSource source)
    {
        private readonly List<RecordedAxis> _axes = [];
        private readonly Dictionary<string, double> _properties = new(StringComparer.Ordinal);
        private readonly List<string> _others = [];
        private readonly Dictionary<string, RecordingException> _refused = new(StringComparer.OrdinalIgnoreCase);

        public List<AxisPart> Parts { get; } = [];

        /// <exception cref="RecordingException">There is no axis, or one was asked for by the name of an array that is none.</exception>
        public Recording Head()
        {
            HashSet<string> names = new(_axes.Select(axis => axis.Name), StringComparer.OrdinalIgnoreCase);
            if (source.Options.Axes?.FirstOrDefault(wanted => _refused.ContainsKey(wanted) && !names.Contains(wanted)) is { } asked)
            {
                throw _refused[asked];
            }

            double rate = _properties.FirstOrDefault(property => RateNames.Are(property.Key, property.Value)).Value;
            return _axes.Count == 0
                ? throw source.Fault("at least one vector or matrix of real numbers", _others.Count == 0 ? "no arrays" : string.Join(", ", _others))
                : new Recording { Name = source.Name, SampleRateHz = rate > 0 ? rate : null, Axes = _axes, Properties = _properties };
        }

        public void Add(ZipArchiveEntry entry)
        {
            try
            {
                Add(entry, entry.FullName[..^".npy".Length]);
            }
            catch (RecordingException e)
            {
                throw source.Fault(e.Expected, $"{e.Found} in {entry.FullName}", e);
            }
        }

        private void Add(ZipArchiveEntry entry, string name)
        {
            using Stream array = entry.Open();
            NpyHeader header = NpyHeader.Read(source, array, entry.Length);
            if (header.Kind is { } kind && header.Sizes() is [] or [1] && entry.Length - header.DataAt == kind.Size())
            {
                Span<byte> number = stackalloc byte[kind.Size()];
                array.ReadExactly(number);
                _properties[name] = SampleCodec.One(number, kind, header.IsBigEndian);
            }
            else if (header.Kind is not null && header.Sizes() is [> 0] or [> 0, > 0 and <= NpyRecording.MostAxes])
            {
                BinaryLayout layout = NpyRecording.Layout(source, header, entry.Length);
                Parts.Add(new AxisPart(_axes.Count, layout.Axes, Whole, () => Blocks(source, entry, layout)));
                _axes.AddRange(Enumerable.Range(1, layout.Axes).Select(
                    column => new RecordedAxis(layout.Axes == 1 ? name : FormattableString.Invariant($"{name}{column}"), null, [])));
                AxisSelection.CheckCount(source, _axes.Count);
            }
            else
            {
                StepOver(entry, name, $"{header.Description}, shape ({header.Shape})");
            }
        }

        /// <summary>What stands beside the samples is no fault of the archive, unless somebody asks for it, or for a column of it.</summary>
        private void StepOver(ZipArchiveEntry entry, string name, string what)
        {
            if (_others.Count < MostNamed)
            {
                _others.Add($"{name} ({what})");
            }

            foreach (string wanted in source.Options.Axes ?? [])
            {
                if (name.Length > 0 && wanted.StartsWith(name, StringComparison.OrdinalIgnoreCase) && wanted[name.Length..].All(char.IsAsciiDigit))
                {
                    _refused.TryAdd(wanted, source.Fault($"real numbers of shape (samples,) or (samples, axes) with at most {NpyRecording.MostAxes} axes", $"{what} in {entry.FullName}"));
                }
            }
        }

        private static IEnumerable<IReadOnlyList<ReadOnlyMemory<float>>> Blocks(RecordingSource source, ZipArchiveEntry entry, BinaryLayout layout)
        {
            using Stream array = entry.Open();
            NpyHeader.Read(source, array, entry.Length);
            using BinaryBlocks blocks = new(source, array, layout);
            while (blocks.Next() is { } block)
            {
                yield return block;
            }
        }
    }
}
