using System.ComponentModel.DataAnnotations;
using static System.FormattableString;

namespace Thrum.Detector.Baselines;

/// <summary>
/// Scores that need no model, for every axis: RMS, kurtosis, crest factor and the log-spectrum, each against what
/// the axis itself was in its first minutes. The section <c>Detector:Baseline</c>.
/// </summary>
public sealed record BaselineOptions : ICrossChecked
{
    /// <summary>False: windows of axes without a model get the status <c>noModel</c>.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Whether axes that a model scores have these scores and alarms beside it; where no model fits, they have them anyway.</summary>
    public bool BesideModels { get; init; } = true;

    /// <summary>Length of a window; it is shortened to a power of two samples, from 64 to 65,536. Windows follow each other without overlap.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan Window { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Measuring time from which the spectrum is learned: mean and standard deviation of each bin. At least 20 windows.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan Learning { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Measuring time after it, during which the scores themselves are calibrated. At least 20 windows.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan Calibration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many standard deviations of its logarithm above its mean a score raises its alarm.</summary>
    [Range(0.0, 1000.0)]
    public double RaiseSigma { get; init; } = 6;

    /// <summary>The autoencoder that an axis may learn besides.</summary>
    public LearningOptions Autoencoder { get; init; } = new();

    /// <summary>Below how many the alarm clears; at most <see cref="RaiseSigma"/>.</summary>
    [Range(0.0, 1000.0)]
    public double ClearSigma { get; init; } = 4;

    /// <summary>
    /// One alarm more over several scores: <c>any(rms, kurtosis)</c>, <c>all(…)</c>, <c>2 of (rms, z2-up, kurtosis)</c> or <c>min-p(…)</c>, of <c>rms</c>, <c>kurtosis</c>, <c>crest</c>, <c>z2</c> and
    /// <c>z2-up</c>; empty for none.
    /// </summary>
    public string Combine { get; init; } = "";

    /// <summary>k of "k of the last n windows".</summary>
    [Range(1, 64)]
    public int RaiseCount { get; init; } = 3;

    /// <summary>n of "k of the last n windows".</summary>
    [Range(1, 64)]
    public int OfWindows { get; init; } = 5;

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (ClearSigma > RaiseSigma)
        {
            yield return Invariant($"ClearSigma is {ClearSigma}, expected at most RaiseSigma ({RaiseSigma})");
        }

        if (CombineFault() is { } combine)
        {
            yield return combine;
        }

        if (RaiseCount > OfWindows)
        {
            yield return $"RaiseCount is {RaiseCount}, expected at most OfWindows ({OfWindows})";
        }
    }

    private string? CombineFault()
    {
        try
        {
            return Combine.Length == 0 || BaselineScores.ParseCombination(Combine) is not null ? null : $"Combine is '{Combine}', expected a combination such as 2 of (rms, z2-up, kurtosis)";
        }
        catch (FormatException e)
        {
            return $"Combine: {e.Message}";
        }
    }
}
