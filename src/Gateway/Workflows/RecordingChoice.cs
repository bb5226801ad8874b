using System.Text.RegularExpressions;
using Thrum.Gateway.Cli;
using Thrum.Ingest.Recordings;
using Thrum.Spectral.Filters;
using Thrum.Training.Data;

namespace Thrum.Gateway.Workflows;

/// <summary>Which part of a recording to use and at which rate.</summary>
/// <param name="RateHz">Rate of the file where it does not say it; null to take the file's. A file that says another is refused.</param>
/// <param name="Decimate">Every n-th sample is kept after a low-pass.</param>
/// <param name="Axis">Name or position from 1; null for the first axis.</param>
/// <param name="From">Begin as a share of the recording, [0, 1).</param>
/// <param name="To">End as a share of the recording, (0, 1].</param>
internal sealed partial record RecordingChoice(double? RateHz, int Decimate, string? Axis, double From, double To)
{
    // Of one filter; no recording comes near it.
    private const int MostDecimation = 1024;

    /// <summary>Stands for every axis of a recording.</summary>
    public const string AllAxes = "all";

    /// <summary>Reads the chosen axis of a file.</summary>
    /// <exception cref="RecordingException">The file cannot be read.</exception>
    /// <exception cref="UsageException">Nobody says the sampling rate.</exception>
    public Signal Read(string path) => ReadAll(path, Axis is null ? null : [Axis])[0];

    /// <summary>Reads the chosen axis of a file, or every axis where the choice is <c>all</c>.</summary>
    /// <inheritdoc cref="Read"/>
    /// <param name="path">The file.</param>
    /// <param name="spool">Receives the samples, block by block, and the signals then have none; null to read into memory.</param>
    public IReadOnlyList<Signal> ReadChosen(string path, SampleSpool? spool = null) =>
        OrOnDisk(() => Axis == AllAxes ? ReadAll(path, null, spool) : [ReadAll(path, Axis is null ? null : [Axis], spool)[0]]);

    /// <summary>Reads the axes of a file that a model is to see together: those that the choice names, separated by commas, or all.</summary>
    /// <inheritdoc cref="Read"/>
    /// <param name="path">The file.</param>
    /// <param name="spool">As of <see cref="ReadChosen"/>.</param>
    public IReadOnlyList<Signal> ReadTogether(string path, SampleSpool? spool = null) =>
        OrOnDisk(() => ReadAll(path, Axis is null or AllAxes ? null : Axis.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), spool));

    /// <summary>Reads a column that says what the others are, also where its name is one that is usual for labels, which are no axes otherwise.</summary>
    /// <inheritdoc cref="Read"/>
    public Signal ReadLabel(string path, string column) => ReadWith(path, new RecordingOptions { SampleRateHz = RateHz, Axes = [column], LabelColumns = [] })[0];

    /// <summary>Decimates what was read to the given rate.</summary>
    /// <param name="signal">What was read.</param>
    /// <param name="path">For messages.</param>
    /// <param name="rateHz">The rate wanted.</param>
    /// <param name="spool">Where the samples are, if not in the signal.</param>
    /// <exception cref="UsageException">Its rate is no whole multiple of the rate wanted.</exception>
    public static Signal ToRate(Signal signal, string path, double rateHz, SampleSpool? spool = null)
    {
        double factor = Math.Round(signal.SampleRateHz / rateHz);
        if (factor is < 1 or > MostDecimation || Math.Abs((signal.SampleRateHz / factor) - rateHz) > 1e-3 * rateHz)
        {
            throw new UsageException($"{path} is sampled at {signal.SampleRateHz} Hz, expected {rateHz} Hz or a whole multiple of it, at most {MostDecimation} times as much");
        }

        if (spool is not null)
        {
            SpooledReading.Decimate(spool, signal.Place, (int)factor);
            return signal with { SampleRateHz = rateHz };
        }

        return factor == 1 ? signal : signal with { SampleRateHz = rateHz, Samples = FirDecimator.Decimate(signal.Samples, (int)factor) };
    }

    /// <summary>Reads every axis of a file, or the chosen ones.</summary>
    /// <inheritdoc cref="Read"/>
    public IReadOnlyList<Signal> ReadAll(string path, IReadOnlyList<string>? axes, SampleSpool? spool = null) =>
        ReadWith(path, new RecordingOptions { SampleRateHz = RateHz, Axes = axes?.Select(AxisOf).ToArray() }, spool);

    /// <summary>Commands that know a spool have an option for it.</summary>
    private static IReadOnlyList<Signal> OrOnDisk(Func<IReadOnlyList<Signal>> read)
    {
        try
        {
            return read();
        }
        catch (RecordingException e) when (e.IsTooLarge)
        {
            throw new RecordingException(e.File, $"{e.Expected}, or --on-disk", e.Found, e);
        }
    }

    private Signal[] ReadWith(string path, RecordingOptions options, SampleSpool? spool = null)
    {
        int first = spool?.Lengths.Count ?? 0;
        Recording recording = spool is null ? RecordingReader.Read(path, options) : Spool(path, options, spool);
        double rate = recording.SampleRateHz
            ?? throw new UsageException($"{path} does not say its sampling rate: expected --rate with the rate in Hz");
        return [.. recording.Axes.Select((axis, i) => new Signal(recording.Name, axis.Name, rate / Decimate, recording.Start, Part(axis.Samples))
        {
            Unit = axis.Unit,
            Gaps = recording.Gaps,
            MissingSeconds = recording.MissingSamples / rate,
            NonFinite = axis.NonFinite,
            Place = first + i,
            Rpm = recording.Properties.TryGetValue("rpm", out double rpm) ? rpm : null,
        })];
    }

    // The variables of Case Western Reserve University's files are known as axes: X105_DE_time is DE.
    private static string AxisOf(string name) => CwruVariable().Match(name) is { Success: true } match ? match.Groups[1].Value : name;

    [GeneratedRegex("^(?:X\\d+_)?(DE|FE|BA)_time$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CwruVariable();

    private Recording Spool(string path, RecordingOptions options, SampleSpool spool)
    {
        using IRecordingBlocks file = RecordingReader.Open(path, options);
        (Recording head, int[] places) = SpooledReading.Read(file, spool);
        foreach (int place in places)
        {
            (int first, int last) = Ends(spool.Lengths[place]);
            spool.Trim(place, first, last - first);
            SpooledReading.Decimate(spool, place, Decimate);
        }

        return head;
    }

    private (int First, int Last) Ends(int length) => ((int)Math.Round(length * From), (int)Math.Round(length * To));

    private float[] Part(float[] samples)
    {
        (int first, int last) = Ends(samples.Length);
        float[] part = samples[first..last];
        return Decimate == 1 ? part : FirDecimator.Decimate(part, Decimate);
    }
}

/// <summary>One axis of a recording, ready to use.</summary>
/// <param name="Recording">Name of the recording.</param>
/// <param name="Axis">Name of the axis.</param>
/// <param name="SampleRateHz">Rate after decimation.</param>
/// <param name="Start">Time of the recording's first sample, where the file says it.</param>
/// <param name="Samples">The samples in the file's unit.</param>
internal sealed record Signal(string Recording, string Axis, double SampleRateHz, DateTimeOffset? Start, float[] Samples)
{
    /// <summary>Unit of the samples, where the file says it or its format implies it.</summary>
    public string? Unit { get; init; }

    /// <summary>Gaps in the times of its whole file. Samples that are missing there are NaN.</summary>
    public int Gaps { get; init; }

    /// <summary>How long these gaps are together.</summary>
    public double MissingSeconds { get; init; }

    /// <summary>Samples of its whole file that are there and not finite.</summary>
    public long NonFinite { get; init; }

    /// <summary>Where its samples are in a spool, if it has none itself.</summary>
    public int Place { get; init; }

    /// <summary>Shaft speed in r/min, where the file says it.</summary>
    public double? Rpm { get; init; }
}
