namespace Thrum.Ingest.Payloads;

/// <summary>Axis names as they lie in a payload.</summary>
internal static class AxisNames
{
    /// <summary>True when one of the axes has that name.</summary>
    public static bool Contains(ReadOnlySpan<AxisSlice> axes, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> name)
    {
        foreach (AxisSlice axis in axes)
        {
            if (axis.Name(payload).SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }
}
