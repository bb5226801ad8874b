using System.Globalization;

namespace Thrum.Ingest.Recordings;

/// <summary>Keeps the axes that the options name.</summary>
internal static class AxisSelection
{
    public static IReadOnlyList<RecordedAxis> Apply(RecordingSource source, IReadOnlyList<RecordedAxis> axes)
    {
        if (axes.Count == 0)
        {
            throw source.Fault("at least one axis of numbers", "none");
        }

        return source.Options.Axes is { } wanted ? [.. wanted.Select(name => Find(source, axes, name))] : axes;
    }

    private static RecordedAxis Find(RecordingSource source, IReadOnlyList<RecordedAxis> axes, string name)
    {
        RecordedAxis? found = axes.FirstOrDefault(axis => axis.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (found is null && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int position)
            && position >= 1 && position <= axes.Count)
        {
            found = axes[position - 1];
        }

        // A copy, so that an axis named twice is not scaled twice.
        return found is null
            ? throw source.Fault($"an axis named {name}", "the axes " + string.Join(", ", axes.Take(20).Select(axis => axis.Name)))
            : found with { Samples = [.. found.Samples] };
    }
}
