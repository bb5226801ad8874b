using System.Globalization;

namespace Thrum.Ingest.Recordings;

/// <summary>Finds the axes that the options name.</summary>
internal static class AxisSelection
{
    /// <summary>Their places among those of the file.</summary>
    public static int[] Of(RecordingSource source, IReadOnlyList<RecordedAxis> axes)
    {
        if (axes.Count == 0)
        {
            throw source.Fault("at least one axis of numbers", "none");
        }

        return source.Options.Axes is { } wanted ? [.. wanted.Select(name => Find(source, axes, name))] : [.. Enumerable.Range(0, axes.Count)];
    }

    private static int Find(RecordingSource source, IReadOnlyList<RecordedAxis> axes, string name)
    {
        for (int i = 0; i < axes.Count; i++)
        {
            if (axes[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int position) && position >= 1 && position <= axes.Count
            ? position - 1
            : throw source.Fault($"an axis named {name}", "the axes " + string.Join(", ", axes.Take(20).Select(axis => axis.Name)));
    }
}
