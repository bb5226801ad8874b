using System.Globalization;

namespace Thrum.Training.Studies;

/// <summary>
/// Run-to-failure bearings of the IEEE PHM 2012 challenge: level rules as the gateway's default has them, fitted to each bearing's own
/// early life. The score of a snapshot is the RMS of its horizontal acceleration; of healthy snapshots its logarithm is roughly normal, and the
/// alarm is raised at μ + 6σ and cleared below μ + 4σ. A warning is the same on the kurtosis of either axis: single impacts, which come and go
/// long before a bearing fails, are worth knowing and no alarm.
/// </summary>
public static class PronostiaStudy
{
    /// <summary>The run-in before it is left out; short runs are calibrated on their snapshots 10 to 59.</summary>
    private const int FirstHealthy = 50;
    private const int LastHealthy = 149;
    private const int ShortRun = 300;
    private const int FirstHealthyOfShort = 10;
    private const int LastHealthyOfShort = 59;

    private const double RaiseSigma = 6;
    private const double ClearSigma = 4;

    /// <summary>Runs every bearing of a folder.</summary>
    /// <param name="folder">Holds a sub-folder with <c>acc_*.csv</c> for each bearing, at any depth.</param>
    /// <param name="progress">Told the name of each bearing when it is done.</param>
    /// <param name="cancellationToken">Looked at before each snapshot.</param>
    /// <exception cref="StudyDataException">There is no bearing, or a file cannot be read.</exception>
    public static PronostiaResult Run(string folder, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string[] bearings = [.. Directory.EnumerateFiles(folder, "acc_*.csv", SearchOption.AllDirectories)
            .Select(path => Path.GetDirectoryName(path)!).Distinct().Order(StringComparer.Ordinal)];
        if (bearings.Length == 0)
        {
            throw new StudyDataException($"{folder} holds no folder with acc_*.csv");
        }

        var results = new List<BearingResult>();
        foreach (string bearing in bearings)
        {
            var snapshots = new List<SnapshotFeatures>();
            foreach (string file in Directory.GetFiles(bearing, "acc_*.csv").Order(StringComparer.Ordinal))
            {
                cancellationToken.ThrowIfCancellationRequested();
                snapshots.Add(SnapshotFeatures.Read(file));
            }

            results.Add(Judge(Path.GetFileName(bearing), snapshots));
            progress?.Report(results[^1].Name);
        }

        return new PronostiaResult(results);
    }

    /// <summary>Alarms and warnings of one bearing from the features of its snapshots, in order.</summary>
    internal static BearingResult Judge(string name, IReadOnlyList<SnapshotFeatures> snapshots)
    {
        (int first, int last) = snapshots.Count >= ShortRun ? (FirstHealthy, LastHealthy) : (FirstHealthyOfShort, LastHealthyOfShort);
        if (snapshots.Count <= last)
        {
            throw new StudyDataException(string.Create(CultureInfo.InvariantCulture, $"{name} has {snapshots.Count} snapshots, expected more than {last} to calibrate on"));
        }

        List<int> alarms = Onsets([.. snapshots.Select(s => s.HorizontalRms)], first, last);
        int[] warnings = [.. Onsets([.. snapshots.Select(s => s.HorizontalKurtosis)], first, last)
            .Union(Onsets([.. snapshots.Select(s => s.VerticalKurtosis)], first, last)).Order()];
        return new BearingResult(name, snapshots.Count, alarms.Count > 0 ? alarms[0] : null, alarms.Count(onset => onset < snapshots.Count / 2), warnings);
    }

    /// <summary>The snapshots behind the calibration at which the score rises to the raise level from below the clear level.</summary>
    private static List<int> Onsets(double[] scores, int first, int last)
    {
        double[] logarithms = [.. scores.Select(score => Math.Log(Math.Max(score, double.Epsilon)))];
        double[] healthy = logarithms[first..(last + 1)];
        double mean = healthy.Average();
        double deviation = Math.Sqrt(healthy.Average(value => (value - mean) * (value - mean)));
        var onsets = new List<int>();
        bool isRaised = false;
        for (int i = last + 1; i < logarithms.Length; i++)
        {
            bool wasRaised = isRaised;
            isRaised = logarithms[i] >= mean + ((isRaised ? ClearSigma : RaiseSigma) * deviation);
            if (isRaised && !wasRaised)
            {
                onsets.Add(i);
            }
        }

        return onsets;
    }
}

/// <summary>What a <see cref="PronostiaStudy"/> found.</summary>
/// <param name="Bearings">In the order of their names.</param>
public sealed record PronostiaResult(IReadOnlyList<BearingResult> Bearings);

/// <summary>Alarms of one bearing; snapshots are counted from 0 and lie 10 s apart.</summary>
/// <param name="Name">Name of its folder.</param>
/// <param name="Snapshots">How many it lived.</param>
/// <param name="AlarmSnapshot">The first alarm, null if there never was one.</param>
/// <param name="EarlyAlarms">Alarms raised in the first half of its life.</param>
/// <param name="Warnings">Snapshots at which impacts began.</param>
public sealed record BearingResult(string Name, int Snapshots, int? AlarmSnapshot, int EarlyAlarms, IReadOnlyList<int> Warnings);
