namespace Thrum.Ingest.Recordings;

/// <summary>
/// Time functions of a universal file: dataset 58 of the Structural Dynamics Research Corporation, as text or, as 58b, binary of either byte order,
/// single or double. Each function is an axis named by the entity, node and direction of its response (<c>3z</c>, <c>3-x</c>, or <c>Mic 01</c>). Spectra and other datasets are stepped over. Units are those that the file writes.
/// </summary>
internal static class UffRecording
{
    public static Recording Read(RecordingSource source)
    {
        byte[] bytes = source.ReadAll();
        List<UffFunction> functions = [];
        List<string> others = [];
        UffLines lines = new(source, bytes);
        while (lines.TryNextDataset(out string kind))
        {
            if (kind.Length >= 6 && kind[..6].Trim() == "58")
            {
                UffFunction function = UffFunction.Read(source, lines, kind);
                if (function.IsTime)
                {
                    functions.Add(function);
                    continue;
                }

                kind = "a function that is not of time";
            }
            else
            {
                lines.SkipDataset();
            }

            others.Add(kind.Trim());
        }

        if (functions.Count == 0)
        {
            throw source.Fault("a function of time in a dataset 58", others.Count == 0 ? "no dataset" : "datasets " + string.Join(", ", others.Distinct().Take(10)));
        }

        double rate = functions[0].SampleRateHz;
        return functions.Find(function => Math.Abs(function.SampleRateHz - rate) > 1e-4 * rate) is { } odd
            ? throw source.Fault(FormattableString.Invariant($"functions of one rate, {rate} Hz"), FormattableString.Invariant($"{odd.SampleRateHz} Hz for {odd.Name}"))
            : new Recording { Name = source.Name, SampleRateHz = rate, Start = functions[0].Start, Axes = Axes(functions) };
    }

    private static RecordedAxis[] Axes(List<UffFunction> functions)
    {
        // Nodes that are not numbered would make axes of one name.
        bool areNamed = functions.Select(function => function.Name).Distinct().Count() == functions.Count;
        return [.. functions.Select((function, i) => new RecordedAxis(
            areNamed ? function.Name : RecordingSource.AxisName(i, functions.Count), function.Unit, function.Samples))];
    }
}
