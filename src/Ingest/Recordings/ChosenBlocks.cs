namespace Thrum.Ingest.Recordings;

/// <summary>The axes that the options name, in their unit and scale.</summary>
internal sealed class ChosenBlocks : IRecordingBlocks
{
    // As near as a model's rate must be to that of a stream.
    private const double RateTolerance = 1e-3;

    private readonly RecordingSource _source;
    private readonly IRecordingBlocks _file;
    private readonly int[] _axes;

    // Asking the head for it would work out a table's rate anew with each block.
    private readonly int _fileAxes;
    private readonly long[] _read, _notFinite;

    /// <summary>Takes the file over.</summary>
    /// <exception cref="RecordingException">It lacks an axis that the options name; the file is then closed.</exception>
    public ChosenBlocks(RecordingSource source, IRecordingBlocks file)
    {
        (_source, _file) = (source, file);
        try
        {
            IReadOnlyList<RecordedAxis> axes = file.Head.Axes;
            (_axes, _fileAxes) = (AxisSelection.Of(source, axes), axes.Count);
            CheckRate();
        }
        catch (RecordingException)
        {
            file.Dispose();
            throw;
        }

        (_read, _notFinite) = (new long[_axes.Length], new long[_axes.Length]);
    }

    public Recording Head
    {
        get
        {
            Recording head = _file.Head;
            return head with
            {
                Axes = [.. _axes.Select((axis, i) => head.Axes[axis] with { Unit = _source.Options.Unit ?? head.Axes[axis].Unit, NonFinite = Math.Max(0, _notFinite[i] - head.MissingSamples) })],
                SampleRateHz = _source.Options.SampleRateHz ?? head.SampleRateHz,
            };
        }
    }

    public IReadOnlyList<ReadOnlyMemory<float>>? Next()
    {
        if (NextOfFile() is not { } block)
        {
            CheckRate();
            int empty = Array.IndexOf(_read, 0);
            return empty < 0 ? null : throw _source.Fault("at least one sample", $"none on axis {_file.Head.Axes[_axes[empty]].Name}");
        }

        ReadOnlyMemory<float>[] chosen = [.. _axes.Select(axis => Scaled(block[axis])), .. block.Skip(_fileAxes)];
        for (int i = 0; i < _axes.Length; i++)
        {
            _read[i] += chosen[i].Length;
            foreach (float sample in chosen[i].Span)
            {
                _notFinite[i] += float.IsFinite(sample) ? 0 : 1;
            }
        }

        return chosen;
    }

    public void Dispose() => _file.Dispose();

    /// <summary>A file's own rate is the better known one: a model of another would hold for nothing that is measured, and one at which nothing is sampled is a damaged file's. Of a table it is known at the end only.</summary>
    private void CheckRate()
    {
        Recording head = _file.Head;
        if (head.SampleRateHz is not { } stated || (head.IsRateApproximate && _source.Options.SampleRateHz is not null))
        {
            return;
        }

        if (stated is not (>= RecordingOptions.LowestRateHz and <= RecordingOptions.HighestRateHz))
        {
            throw _source.Fault(
                FormattableString.Invariant($"a sampling rate from {RecordingOptions.LowestRateHz:0.######} to {RecordingOptions.HighestRateHz} Hz"), FormattableString.Invariant($"{stated} Hz in the file"));
        }

        if (_source.Options.SampleRateHz is { } given && Math.Abs(stated - given) > RateTolerance * given)
        {
            throw _source.Fault(FormattableString.Invariant($"the given rate of {given} Hz, to within 0.1 %"), FormattableString.Invariant($"{stated} Hz in the file"));
        }
    }

    private IReadOnlyList<ReadOnlyMemory<float>>? NextOfFile()
    {
        try
        {
            return _file.Next();
        }
        catch (IOException e)
        {
            throw _source.Fault(RecordingSource.Whole, e.Message, e);
        }
    }

    private ReadOnlyMemory<float> Scaled(ReadOnlyMemory<float> samples)
    {
        double scale = _source.Options.Scale;
        if (scale == 1 || samples.IsEmpty)
        {
            return samples;
        }

        float[] scaled = new float[samples.Length];
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] = (float)(samples.Span[i] * scale);
        }

        return scaled;
    }
}
