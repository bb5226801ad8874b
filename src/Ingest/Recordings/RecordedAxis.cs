namespace Thrum.Ingest.Recordings;

/// <summary>One axis, or one quantity, of a recording.</summary>
/// <param name="Name">Name in the file; <c>default</c> where there is one axis without a name.</param>
/// <param name="Unit">Unit such as <c>g</c>, or null where the file does not say.</param>
/// <param name="Samples">Samples in that unit, oldest first; a table's empty cells are NaN, and so is what is missing in a gap.</param>
public sealed record RecordedAxis(string Name, string? Unit, float[] Samples)
{
    /// <summary>Samples that are there and not finite: those that are missing in gaps do not count.</summary>
    public long NonFinite { get; init; }
}
