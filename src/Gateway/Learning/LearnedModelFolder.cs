using System.Security.Cryptography;
using System.Text.Json;
using Thrum.Detector.Baselines;
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

    /// <summary>Reads the list; a folder that does not exist is empty.</summary>
    public LearnedModelFolder(string folder)
    {
        _folder = folder;
        string list = Path.Combine(folder, ListName);
        if (File.Exists(list))
        {
            foreach (LearnedEntry entry in JsonSerializer.Deserialize<LearnedEntry[]>(File.ReadAllBytes(list), JsonSerializerOptions.Web) ?? [])
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
            Replace(ListName, JsonSerializer.SerializeToUtf8Bytes(_entries.Values.OrderBy(known => known.Axis.ToString(), StringComparer.Ordinal), Indented));
            return entry;
        }
    }

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
