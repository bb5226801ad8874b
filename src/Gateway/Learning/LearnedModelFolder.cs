using System.Security.Cryptography;
using System.Text.Json;
using Thrum.Detector.Baselines;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;

namespace Thrum.Gateway.Learning;

/// <summary>
/// The models that were learned on this gateway: the ONNX file and the card of each axis, and <c>learned.json</c>, which says which file belongs to which axis. A model is there once
/// the list names it. Thread-safe.
/// </summary>
internal sealed class LearnedModelFolder
{
    private const string ListName = "learned.json";
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Web) { WriteIndented = true };

    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly Dictionary<AxisId, LearnedEntry> _entries = [];

    /// <summary>Reads the list; a folder that does not exist is empty. A file that is missing or is not the listed one is passed over, so its axis learns anew.</summary>
    public LearnedModelFolder(string folder)
    {
        _folder = folder;
        foreach (LearnedEntry entry in ReadList(Path.Combine(folder, ListName)))
        {
            string path = PathOf(entry);
            if (File.Exists(path) && Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))) == entry.Hash)
            {
                _entries[entry.Axis] = entry;
            }
        }
    }

    /// <summary>The models, by axis.</summary>
    public IReadOnlyList<LearnedEntry> Entries
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries.Values.OrderBy(entry => entry.Axis.ToString(), StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>True when the axis has one.</summary>
    public bool Has(AxisId axis)
    {
        lock (_gate)
        {
            return _entries.ContainsKey(axis);
        }
    }

    /// <summary>A model as an entry for its axis alone.</summary>
    public ModelOptions OptionsOf(LearnedEntry entry) => new() { Path = PathOf(entry), Match = PatternOf(entry.Axis), Optional = true };

    /// <summary>Takes a model from the list; its files stay until the axis learns another.</summary>
    public void Forget(AxisId axis)
    {
        lock (_gate)
        {
            _entries.Remove(axis);
            WriteList();
        }
    }

    /// <summary>Path of a model's file.</summary>
    public string PathOf(LearnedEntry entry) => Path.Combine(_folder, entry.File);

    /// <summary>Keeps a model; it survives a crash once this returns.</summary>
    public LearnedEntry Keep(AxisId axis, LearnedModel model)
    {
        ReadOnlySpan<byte> onnx = model.Onnx.Span;
        var entry = new LearnedEntry(axis, LearnedName.Of(axis) + ".onnx", Convert.ToHexStringLower(SHA256.HashData(onnx)));
        lock (_gate)
        {
            Directory.CreateDirectory(_folder);
            Replace(entry.File, onnx);
            Replace(Path.ChangeExtension(entry.File, ".md"), System.Text.Encoding.UTF8.GetBytes(model.Card));
            _entries[axis] = entry;
            WriteList();
            return entry;
        }
    }

    /// <summary>What stands for any text in a pattern stands for itself behind a backslash.</summary>
    private static string PatternOf(AxisId axis) => string.Concat(axis.ToString().Select(c => c is '\\' or '*' or '?' ? $"\\{c}" : $"{c}"));

    private static LearnedEntry[] ReadList(string path)
    {
        try
        {
            LearnedEntry[] entries = File.Exists(path) ? JsonSerializer.Deserialize<LearnedEntry[]>(File.ReadAllBytes(path), JsonSerializerOptions.Web) ?? [] : [];
            return Array.TrueForAll(entries, entry => entry is { File: not null, Hash: not null, Axis: { Machine: not null, Sensor: not null, Axis: not null } }) ? entries : [];
        }
        catch (JsonException)
        {
            // Axes learn anew.
            return [];
        }
    }

    private void WriteList() =>
        Replace(ListName, JsonSerializer.SerializeToUtf8Bytes(_entries.Values.OrderBy(known => known.Axis.ToString(), StringComparer.Ordinal), Indented));

    /// <summary>Writes beside and renames, so that there is always one whole file.</summary>
    private void Replace(string name, ReadOnlySpan<byte> bytes)
    {
        string path = Path.Combine(_folder, name), beside = path + ".new";
        using (var stream = new FileStream(beside, FileMode.Create, FileAccess.Write))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }
}

/// <summary>A model that was learned on this gateway.</summary>
/// <param name="Axis">Whose it is.</param>
/// <param name="File">Its file in the folder.</param>
/// <param name="Hash">SHA-256 of the file.</param>
internal sealed record LearnedEntry(AxisId Axis, string File, string Hash);
