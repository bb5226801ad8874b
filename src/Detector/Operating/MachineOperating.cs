using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Operating;

/// <summary>How a machine runs, by its sources: their tracks, and the axes' blocks that wait for them. A part of the machine's state.</summary>
/// <param name="machine">Name of the machine.</param>
/// <param name="streams">Where the axes of a restored state are looked up.</param>
/// <param name="trackFor">The track that an axis is judged by; null where it is judged by none.</param>
internal sealed class MachineOperating(string machine, StreamRegistry streams, Func<AxisId, MachineOperating, OperatingTrack?> trackFor) : ICheckpointed
{
    public const string Part = "operating/2";

    private readonly List<(AxisId Source, OperatingTrack Track)> _tracks = [];
    private readonly List<HeldAxis> _held = [];

    /// <summary>Adds the track of a source, where there is none yet.</summary>
    /// <param name="source">The source.</param>
    /// <param name="timeoutNs">Longest time that a value tells of.</param>
    /// <param name="latenessNs">How far messages may overtake each other.</param>
    public void Add(AxisId source, long timeoutNs, long latenessNs)
    {
        if (Find(source) is null)
        {
            _tracks.Add((source, new OperatingTrack(timeoutNs, latenessNs)));
        }
    }

    /// <summary>The track of a source; null where it is none.</summary>
    public OperatingTrack? Find(AxisId source) => _tracks.Find(entry => entry.Source == source).Track;

    /// <summary>What an axis has waiting; null where it is judged by no track.</summary>
    public HeldAxis? HeldOf(AxisStream stream)
    {
        HeldAxis? held = _held.Find(held => held.Stream == stream);
        if (held is null && trackFor(stream.Id, this) is { } track)
        {
            _held.Add(held = new HeldAxis(stream, track));
        }

        return held;
    }

    /// <summary>A track has a new value: gives on what waited for it.</summary>
    public void DrainBehind(OperatingTrack track, BlockTaker take)
    {
        foreach (HeldAxis held in _held)
        {
            if (held.Track == track)
            {
                held.Drain(all: false, take);
            }
        }
    }

    /// <summary>Gives on all that waits.</summary>
    public void Release(BlockTaker take) => _held.ForEach(held => held.Drain(all: true, take));

    /// <summary>Takes the axes out whose restored blocks no longer wait for anything, their sources being gone from the settings.</summary>
    public IReadOnlyList<HeldAxis> TakeStrays()
    {
        HeldAxis[] strays = [.. _held.Where(held => held.Track is null)];
        _held.RemoveAll(held => held.Track is null);
        return strays;
    }

    public void Save(CheckpointWriter writer)
    {
        writer.Write(_tracks.Count);
        foreach ((AxisId source, OperatingTrack track) in _tracks)
        {
            Save(writer, source, track);
        }

        writer.Write(_held.Count);
        foreach (HeldAxis held in _held)
        {
            Save(writer, held.Stream.Id, held);
        }
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        bool fits = true;
        int tracks = reader.ReadInt32();
        for (int i = 0; i < tracks && reader.IsValid; i++)
        {
            // A source that is no longer configured is forgotten.
            OperatingTrack? track = Find(ReadId(ref reader));
            CheckpointReader section = reader.ReadSection();
            fits &= track?.TryLoad(ref section) ?? true;
        }

        int axes = reader.ReadInt32();
        for (int i = 0; i < axes && reader.IsValid; i++)
        {
            AxisId id = ReadId(ref reader);
            CheckpointReader section = reader.ReadSection();
            if (!streams.TryResolve(id, out AxisStream? stream))
            {
                fits = false;
                continue;
            }

            // What it waited for may be another source now, or none. The blocks are kept: the journal does not bring them back.
            var held = new HeldAxis(stream, trackFor(id, this));
            _held.Add(held);
            fits &= held.TryLoad(ref section);
        }

        return fits && reader.IsValid;
    }

    private static void Save(CheckpointWriter writer, AxisId id, ICheckpointed of)
    {
        writer.Write(id.Sensor);
        writer.Write(id.Axis);
        int start = writer.BeginSection();
        of.Save(writer);
        writer.EndSection(start);
    }

    private AxisId ReadId(ref CheckpointReader reader) => new(machine, reader.ReadString(), reader.ReadString());
}
