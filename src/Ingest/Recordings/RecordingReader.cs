namespace Thrum.Ingest.Recordings;

/// <summary>Reads recordings of vibration from files.</summary>
public static class RecordingReader
{
    /// <summary>Reads one file whole, with at most 4 GiB of samples and a third of the memory that there is. Thread-safe.</summary>
    /// <param name="path">The file; its extension tells the format unless the options do.</param>
    /// <param name="options">What the file does not say; null for <see cref="RecordingOptions.Default"/>.</param>
    /// <exception cref="RecordingException">
    /// The file is absent, malformed or broken off, has no samples, lacks an axis that the options name, or says another sampling rate than they do.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A rate or scale that is not positive and finite, or no raw axes.</exception>
    public static Recording Read(string path, RecordingOptions? options = null) => ReadWhole(SourceOf(path, options));

    internal static Recording ReadWhole(RecordingSource source)
    {
        using IRecordingBlocks blocks = Open(source);
        return RecordingCollector.Collect(source, blocks, RecordingCollector.MostBytes);
    }

    /// <summary>Opens one file to be read block by block, for recordings larger than memory. Thread-safe.</summary>
    /// <inheritdoc cref="Read"/>
    public static IRecordingBlocks Open(string path, RecordingOptions? options = null) => Open(SourceOf(path, options));

    private static RecordingSource SourceOf(string path, RecordingOptions? options)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= RecordingOptions.Default;
        CheckOptions(options);
        RecordingSource source = new(path, options);

        // A script whose variable is not set names no file: that is the user's mistake, not the program's.
        if (path.Length == 0)
        {
            throw source.Fault("the name of a file", "none");
        }

        return Directory.Exists(path) ? throw source.Fault("a file that can be read", "a folder") : source;
    }

    private static ChosenBlocks Open(RecordingSource source) => new(source, FormatOf(source) switch
    {
        RecordingFormat.Mat => MatRecording.Open(source),
        RecordingFormat.Csv => CsvRecording.Open(source),
        RecordingFormat.Pronostia => CsvRecording.Open(source),
        RecordingFormat.Npy => NpyRecording.Open(source),
        RecordingFormat.Npz => NpzRecording.Open(source),
        RecordingFormat.Uff => UffRecording.Open(source),
        RecordingFormat.Wav => WavRecording.Open(source),
        RecordingFormat.RawFloat32 => RawRecording.Open(source, SampleKind.Float32),
        RecordingFormat.RawInt16 => RawRecording.Open(source, SampleKind.Int16),
        RecordingFormat other => throw new ArgumentOutOfRangeException(nameof(source), other, "not a recording format"),
    });

    private static RecordingFormat FormatOf(RecordingSource source)
    {
        if (source.Options.Format != RecordingFormat.Auto)
        {
            return source.Options.Format;
        }

        string extension = Path.GetExtension(source.Path);
        return extension.ToUpperInvariant() switch
        {
            ".MAT" => RecordingFormat.Mat,
            ".CSV" or ".TSV" or ".TXT" => RecordingFormat.Csv,
            ".NPY" => RecordingFormat.Npy,
            ".NPZ" => RecordingFormat.Npz,
            ".UFF" or ".UNV" => RecordingFormat.Uff,
            ".WAV" => RecordingFormat.Wav,
            ".F32" => RecordingFormat.RawFloat32,
            ".I16" => RecordingFormat.RawInt16,
            ".RAW" or ".BIN" => throw source.Fault(
                "a stated format, as raw samples do not tell theirs", $"the extension {extension} alone"),
            _ => throw source.Fault(
                "a stated format or an extension out of .mat .csv .tsv .txt .npy .npz .uff .unv .wav .f32 .i16",
                extension.Length == 0 ? "no extension" : $"the extension {extension}"),
        };
    }

    private static void CheckOptions(RecordingOptions options)
    {
        if (options.SampleRateHz is { } rate && !(rate > 0 && double.IsFinite(rate)))
        {
            throw new ArgumentOutOfRangeException(nameof(options), rate, "SampleRateHz must be positive and finite");
        }

        if (!(options.Scale > 0 && double.IsFinite(options.Scale)))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Scale, "Scale must be positive and finite");
        }

        if (options.RawAxes is < 1 or > 1024)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.RawAxes, "RawAxes must lie within 1 and 1024");
        }
    }
}
