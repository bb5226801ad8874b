using Thrum.Detector.Samples;

namespace Thrum.Detector.Operating;

/// <summary>The configured entries, and what they mean for machines and axes. Not thread-safe.</summary>
/// <param name="options">The entries.</param>
/// <param name="streams">Where the axes of a restored state are looked up.</param>
/// <param name="lateness">How far messages may overtake each other.</param>
internal sealed class OperatingDesk(IReadOnlyList<OperatingOptions> options, StreamRegistry streams, TimeSpan lateness)
{
    /// <summary>True when machines have sources at all.</summary>
    public bool HasSources { get; } = options.Any(entry => entry.Source.Length > 0);

    /// <summary>How a machine runs by its sources.</summary>
    public MachineOperating OpenMachine(string machine)
    {
        var operating = new MachineOperating(machine, streams, TrackFor);
        foreach (OperatingOptions entry in options)
        {
            if (entry.MayMatchOn(machine) && entry.SourceOf(machine) is { } source)
            {
                // Entries that share a source share its track, which must serve the longest timeout.
                TimeSpan timeout = options.Where(other => other.Source == entry.Source).Max(other => other.SourceTimeout);
                operating.Add(source, UnixTime.ToNs(timeout), UnixTime.ToNs(lateness));
            }
        }

        return operating;
    }

    /// <summary>The gate of an axis; null where it always counts as running.</summary>
    public OperatingGate? OpenGate(AxisId axis, MachineOperating operating) => EntryOf(axis) is { } entry ? new OperatingGate(entry, TrackFor(axis, operating)) : null;

    /// <summary>The track that an axis is judged by; null where it is judged by none.</summary>
    private OperatingTrack? TrackFor(AxisId axis, MachineOperating operating) => EntryOf(axis)?.SourceOf(axis.Machine) is { } source ? operating.Find(source) : null;

    private OperatingOptions? EntryOf(AxisId axis) => options.FirstOrDefault(entry => entry.Matches(axis));
}
