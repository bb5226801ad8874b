using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Operating;

/// <summary>The configured entries, and what they mean for machines and axes. Not thread-safe.</summary>
/// <param name="options">The entries.</param>
/// <param name="streams">Where the axes of a restored state are looked up.</param>
/// <param name="lateness">How far messages may overtake each other.</param>
internal sealed class OperatingDesk(IReadOnlyList<OperatingOptions> options, StreamRegistry streams, TimeSpan lateness)
{
    /// <summary>True when machines have sources at all.</summary>
    public bool HasSources { get; } = options.Any(entry => entry.Source.Length > 0);

    /// <summary>How a machine runs by its sources; null where there are none.</summary>
    public MachineOperating? OpenMachine(string machine)
    {
        if (!HasSources)
        {
            return null;
        }

        var operating = new MachineOperating(machine, streams, lateness.Ticks * TimeSpan.NanosecondsPerTick);
        foreach (OperatingOptions entry in options)
        {
            if (entry.SourceOf(machine) is { } source)
            {
                // Entries that share a source share its track, which must serve the longest timeout.
                operating.TrackOf(source, options.Where(other => other.Source == entry.Source).Max(other => other.SourceTimeout));
            }
        }

        return operating;
    }

    /// <summary>The gate of an axis; null where it always counts as running.</summary>
    public OperatingGate? OpenGate(AxisId axis, MachineOperating? operating) => EntryOf(axis) is { } entry ? new OperatingGate(entry, TrackFor(axis, operating)) : null;

    /// <summary>The track that an axis is judged by; null where it is judged by none.</summary>
    public OperatingTrack? TrackFor(AxisId axis, MachineOperating? operating) => EntryOf(axis)?.SourceOf(axis.Machine) is { } source ? operating?.Find(source) : null;

    /// <summary>Takes the values of a source into its track.</summary>
    public static BlockOutcome Take(OperatingTrack track, in SampleBlock block, ReadOnlySpan<float> values)
    {
        var grid = new SampleGrid(block.FirstSampleUnixNs, block.SampleRateHz);
        BlockOutcome outcome = BlockOutcome.Duplicate;
        for (int i = 0; i < values.Length; i++)
        {
            BlockOutcome one = track.Add(grid.TimeOf(i), values[i], block.IsHistorical);
            outcome = one == BlockOutcome.Accepted || outcome == BlockOutcome.Accepted ? BlockOutcome.Accepted : one == BlockOutcome.Late ? one : outcome;
        }

        return outcome;
    }

    private OperatingOptions? EntryOf(AxisId axis) => options.FirstOrDefault(entry => entry.Matches(axis));
}
