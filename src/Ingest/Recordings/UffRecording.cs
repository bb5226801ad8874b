namespace Thrum.Ingest.Recordings;

/// <summary>
/// Time functions of a universal file: dataset 58 of the Structural Dynamics Research Corporation, as text or, as 58b, binary of either byte order,
/// single or double. Each function is an axis named by the entity, node and direction of its response (<c>3z</c>, <c>3-x</c>, or <c>Mic 01</c>). Spectra and other datasets are stepped over. Units are those that the file writes.
/// Opening goes over the file once without keeping numbers.
/// </summary>
internal static class UffRecording
{
    // Other datasets that a message names.
    private const int MostNamed = 10;

    public static IRecordingBlocks Open(RecordingSource source) => source.OpenBlocks(file =>
    {
        List<UffFunction> functions = Functions(source, file);
        double rate = functions[0].SampleRateHz;
        if (functions.Find(function => Math.Abs(function.SampleRateHz - rate) > 1e-4 * rate) is { } odd)
        {
            throw source.Fault(FormattableString.Invariant($"functions of one rate, {rate} Hz"), FormattableString.Invariant($"{odd.SampleRateHz} Hz for {odd.Name}"));
        }

        // Nodes that are not numbered would make axes of one name.
        bool areNamed = functions.Select(function => function.Name).Distinct().Count() == functions.Count;
        var head = new Recording
        {
            Name = source.Name,
            SampleRateHz = rate,
            Start = functions[0].Start,
            Axes = [.. functions.Select((function, i) => new RecordedAxis(areNamed ? function.Name : RecordingSource.AxisName(i, functions.Count), function.Unit, []))],
        };
        return new PartBlocks(source, head, functions.Select((function, i) => new AxisPart(i, 1, RecordingSource.Whole, function.Blocks)), file);
    });

    private static List<UffFunction> Functions(RecordingSource source, Stream file)
    {
        List<UffFunction> functions = [];
        HashSet<string> others = [];
        UffLines lines = new(source, file);
        while (lines.TryNextDataset(out string kind))
        {
            if (kind.Length >= 6 && kind[..6].Trim() == "58")
            {
                if (UffFunction.Read(source, file, lines, kind) is { } function)
                {
                    functions.Add(function);
                    AxisSelection.CheckCount(source, functions.Count);
                    continue;
                }

                kind = "a function that is not of time";
            }
            else
            {
                lines.SkipDataset();
            }

            if (others.Count < MostNamed)
            {
                others.Add(kind.Trim());
            }
        }

        return functions.Count > 0
            ? functions
            : throw source.Fault("a function of time in a dataset 58", others.Count == 0 ? "no dataset" : "datasets " + string.Join(", ", others));
    }
}
