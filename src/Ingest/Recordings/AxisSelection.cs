using System.Globalization;

namespace Thrum.Ingest.Recordings;

/// <summary>Finds the axes that the options name.</summary>
internal static class AxisSelection
{
    // What a file says of its axes stays in memory, and each block has a place for each: a hostile file must not have any number of them.
    private const int MostAxes = 1 << 14;

    private const int MostTold = 20;

    /// <exception cref="RecordingException">A file that is read part by part has more axes than anybody measures.</exception>
    public static void CheckCount(RecordingSource source, int axes)
    {
        if (axes > MostAxes)
        {
            throw source.Fault($"at most {MostAxes} axes", $"{axes} or more");
        }
    }

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

        bool isNumber = int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int position);
        if (isNumber && position >= 1 && position <= axes.Count)
        {
            return position - 1;
        }

        string names = "the axes " + string.Join(", ", axes.Take(MostTold).Select(axis => axis.Name));
        throw isNumber ? source.Fault(string.Create(CultureInfo.InvariantCulture, $"a position from 1 to {axes.Count}, or one of {names}"), name) : source.Fault($"an axis named {name}", names);
    }
}
