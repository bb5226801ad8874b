namespace Thrum.Detector.Checkpoints;

/// <summary>
/// The parts that a state consists of, each a section under a name of its own. A part that is new, gone, or no longer fits starts anew; the others
/// are taken over. Names are wire names: a part that changes its meaning changes its name.
/// </summary>
internal sealed class CheckpointParts : ICheckpointed
{
    private readonly List<(string Name, ICheckpointed Part)> _parts = [];

    /// <summary>Names of the saved parts that did not fit when the state was loaded.</summary>
    public IReadOnlyList<string> Unfit { get; private set; } = [];

    /// <summary>Adds a part; there is none of that name yet.</summary>
    public void Add(string name, ICheckpointed part) => _parts.Add((name, part));

    /// <summary>Adds a part where there is one.</summary>
    public void AddIfAny(string name, ICheckpointed? part)
    {
        if (part is not null)
        {
            Add(name, part);
        }
    }

    /// <summary>The section of one part of a saved state; false when there is none.</summary>
    public static bool TryFind(CheckpointReader reader, string name, out CheckpointReader section)
    {
        section = default;
        int count = reader.ReadInt32();
        for (int i = 0; i < count && reader.IsValid; i++)
        {
            bool found = reader.ReadString() == name;
            section = reader.ReadSection();
            if (found)
            {
                return reader.IsValid;
            }
        }

        return false;
    }

    public void Save(CheckpointWriter writer)
    {
        writer.Write(_parts.Count);
        foreach ((string name, ICheckpointed part) in _parts)
        {
            writer.Write(name);
            int start = writer.BeginSection();
            part.Save(writer);
            writer.EndSection(start);
        }
    }

    /// <summary>Loads part by part; false only when the sections themselves are damaged. See <see cref="Unfit"/>.</summary>
    public bool TryLoad(ref CheckpointReader reader)
    {
        List<string> unfit = [];
        int count = reader.ReadInt32();
        for (int i = 0; i < count && reader.IsValid; i++)
        {
            string name = reader.ReadString();
            CheckpointReader section = reader.ReadSection();
            int index = IndexOf(name);
            if (index < 0 || !_parts[index].Part.TryLoad(ref section))
            {
                unfit.Add(name);
            }
        }

        Unfit = unfit;
        return reader.IsValid;
    }

    private int IndexOf(string name) => _parts.FindIndex(entry => entry.Name == name);
}
