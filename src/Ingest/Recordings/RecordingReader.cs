namespace Thrum.Ingest.Recordings;

/// <summary>Reads recordings of vibration from files.</summary>
public static class RecordingReader
{
    /// <summary>Reads one file whole. Thread-safe.</summary>
    /// <param name="path">The file; its extension tells the format unless the options do.</param>
    /// <param name="options">What the file does not say; null for <see cref="RecordingOptions.Default"/>.</param>
    /// <exception cref="RecordingException">
    /// The file is absent, malformed or broken off, has no samples, or lacks an axis that the options name.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A rate or scale that is not positive and finite, or no raw axes.</exception>
    public static Recording Read(string path, RecordingOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= RecordingOptions.Default;
        CheckOptions(options);
        RecordingSource source = new(path, options);
        if (Directory.Exists(path))
        {
            throw source.Fault("a file that can be read", "a folder");
        }

        return Read(source);
    }

    internal static Recording Read(RecordingSource source)
    {
        Recording recording = FormatOf(source) switch
        {
            RecordingFormat.Mat => MatRecording.Read(source),
            RecordingFormat.Csv => CsvRecording.Read(source),
            RecordingFormat.Pronostia => CsvRecording.Read(source),
            RecordingFormat.Npy => NpyRecording.Read(source),
            RecordingFormat.Npz => NpzRecording.Read(source),
            RecordingFormat.Uff => UffRecording.Read(source),
            RecordingFormat.Wav => WavRecording.Read(source),
            RecordingFormat.RawFloat32 => RawRecording.Read(source, SampleKind.Float32),
            RecordingFormat.RawInt16 => RawRecording.Read(source, SampleKind.Int16),
            _ => throw new ArgumentOutOfRangeException(nameof(source), source.Options.Format, "not a recording format"),
        };
        return Finish(source, recording);
    }

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

    private static Recording Finish(RecordingSource source, Recording recording)
    {
        RecordingOptions options = source.Options;
        IReadOnlyList<RecordedAxis> axes = AxisSelection.Apply(source, recording.Axes);
        if (axes.FirstOrDefault(axis => axis.Samples.Length == 0) is { } empty)
        {
            throw source.Fault("at least one sample", $"none on axis {empty.Name}");
        }

        return recording with
        {
            Axes = [.. axes.Select(axis => axis with { Unit = options.Unit ?? axis.Unit, Samples = Scaled(axis.Samples, options.Scale) })],
            SampleRateHz = options.SampleRateHz ?? recording.SampleRateHz,
        };
    }

    private static float[] Scaled(float[] samples, double scale)
    {
        if (scale != 1)
        {
            for (int i = 0; i < samples.Length; i++)
            {
                samples[i] = (float)(samples[i] * scale);
            }
        }

        return samples;
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
