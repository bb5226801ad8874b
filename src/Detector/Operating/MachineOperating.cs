using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Operating;

/// <summary>How a machine runs, by its sources: their tracks, and the axes' blocks that wait for them. A part of the machine's state.</summary>
/// <param name="machine">Name of the machine.</param>
/// <param name="streams">Where the axes of a restored state are looked up.</param>
/// <param name="latenessNs">How far messages may overtake each other.</param>
internal sealed class MachineOperating(string machine, StreamRegistry streams, long latenessNs) : ICheckpointed
{
    public const string Part = "operating";

    private readonly List<(AxisId Source, OperatingTrack Track)> _tracks = [];
    private readonly List<(HeldAxis Held, OperatingTrack Track)> _held = [];

    /// <summary>The track of a source, made at its first call.</summary>
    public OperatingTrack TrackOf(AxisId source, TimeSpan timeout)
    {
        if (Find(source) is { } known)
        {
            return known;
        }

        var track = new OperatingTrack(timeout.Ticks * TimeSpan.NanosecondsPerTick, latenessNs);
        _tracks.Add((source, track));
        return track;
    }

    /// <summary>The track of a source; null where it is none.</summary>
    public OperatingTrack? Find(AxisId source) => _tracks.Find(entry => entry.Source == source).Track;

    /// <summary>What an axis has waiting for a track.</summary>
    public HeldAxis HeldOf(AxisStream stream, OperatingTrack track)
    {
        HeldAxis? held = _held.Find(entry => entry.Held.Stream == stream).Held;
        if (held is null)
        {
            _held.Add((held = new HeldAxis(stream, track), track));
        }

        return held;
    }

    /// <summary>A track has a new value: gives on what waited for it.</summary>
    public void Drain(OperatingTrack? track, bool all, BlockTaker take)
    {
        foreach ((HeldAxis held, OperatingTrack of) in _held)
        {
            if (track is null || of == track)
            {
                held.Drain(all, take);
            }
        }
    }

    public void Save(CheckpointWriter writer)
    {
        writer.Write(_tracks.Count);
        foreach ((AxisId source, OperatingTrack track) in _tracks)
        {
            writer.Write(source.Sensor);
            writer.Write(source.Axis);
            int start = writer.BeginSection();
            track.Save(writer);
            writer.EndSection(start);
        }

        writer.Write(_held.Count);
        foreach ((HeldAxis held, OperatingTrack track) in _held)
        {
            writer.Write(held.Stream.Id.Sensor);
            writer.Write(held.Stream.Id.Axis);
            writer.Write(_tracks.FindIndex(entry => entry.Track == track));
            int start = writer.BeginSection();
            held.Save(writer);
            writer.EndSection(start);
        }
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        int tracks = reader.ReadInt32();
        var loaded = new List<OperatingTrack?>();
        bool fits = true;
        for (int i = 0; i < tracks && reader.IsValid; i++)
        {
            OperatingTrack? track = Find(new AxisId(machine, reader.ReadString(), reader.ReadString()));
            CheckpointReader section = reader.ReadSection();

            // A source that is no longer configured is forgotten.
            fits &= track?.TryLoad(ref section) ?? true;
            loaded.Add(track);
        }

        int held = reader.ReadInt32();
        for (int i = 0; i < held && reader.IsValid; i++)
        {
            var id = new AxisId(machine, reader.ReadString(), reader.ReadString());
            int of = reader.ReadInt32();
            CheckpointReader section = reader.ReadSection();
            OperatingTrack? track = of >= 0 && of < loaded.Count ? loaded[of] : null;
            fits &= track is not null && streams.TryResolve(id, out AxisStream? stream) && HeldOf(stream, track).TryLoad(ref section);
        }

        return fits && reader.IsValid;
    }
}
