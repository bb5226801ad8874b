using Thrum.Detector.Alarms;
using Thrum.Detector.Scores;

namespace Thrum.Gateway.Hosting;

/// <summary>What one of two compared models made of the windows of an axis. What is public is kept in the report's file. Not thread-safe.</summary>
internal sealed class ScorerTally
{
    /// <summary>Half decades of p-values: 1 to 10^−8 and below.</summary>
    public const int PValueBins = 17;

    // Eight to an octave: scores in one bin differ by 9 % at most.
    private const double BinsPerOctave = 8;

    /// <summary>Windows by p-value: bin i holds those from 10^(−i/2) down to the next.</summary>
    public long[] PValues { get; init; } = new long[PValueBins];

    /// <summary>Alarms raised, or that would have been.</summary>
    public long Alarms { get; set; }

    /// <summary>Those that ended without a window in which an operator had acknowledged the live model's alarm.</summary>
    public long Unconfirmed { get; set; }

    /// <summary>Windows with an alarm.</summary>
    public long AlarmWindows { get; set; }

    public bool IsActive { get; set; }

    public bool IsConfirmed { get; set; }

    /// <summary>Windows by score while the live model had no alarm.</summary>
    public Dictionary<int, long> Normal { get; init; } = [];

    /// <summary>Windows by score while it had one that an operator had acknowledged.</summary>
    public Dictionary<int, long> Confirmed { get; init; } = [];

    /// <summary>Takes a window; what the live model says of it tells what it is.</summary>
    public void Take(in WindowScore window, AlarmState live)
    {
        if (!float.IsNaN(window.PValue))
        {
            PValues[Math.Clamp((int)(-2 * Math.Log10(window.PValue)), 0, PValueBins - 1)]++;
        }

        if ((live == AlarmState.Normal ? Normal : live == AlarmState.ActiveAcknowledged ? Confirmed : null) is { } label)
        {
            int bin = (int)Math.Floor(BinsPerOctave * Math.Log2(Math.Max(window.Score, float.Epsilon)));
            label[bin] = label.GetValueOrDefault(bin) + 1;
        }

        TakeState(window.State.IsActive(), live == AlarmState.ActiveAcknowledged);
    }

    /// <summary>Adds another axis's counts.</summary>
    public void Add(ScorerTally other)
    {
        for (int i = 0; i < PValueBins; i++)
        {
            PValues[i] += other.PValues[i];
        }

        (Alarms, Unconfirmed, AlarmWindows) = (Alarms + other.Alarms, Unconfirmed + other.Unconfirmed, AlarmWindows + other.AlarmWindows);
        Merge(Normal, other.Normal);
        Merge(Confirmed, other.Confirmed);
    }

    /// <summary>
    /// Area under the receiver operating characteristic between confirmed and normal windows: the chance that a confirmed one has the higher score, ties counting half. Null while either kind is missing.
    /// </summary>
    public double? Auroc()
    {
        double normal = Normal.Values.Sum(), confirmed = Confirmed.Values.Sum();
        if (normal == 0 || confirmed == 0)
        {
            return null;
        }

        double below = 0, area = 0;
        foreach (int bin in Normal.Keys.Union(Confirmed.Keys).Order())
        {
            double here = Normal.GetValueOrDefault(bin);
            area += Confirmed.GetValueOrDefault(bin) * (below + (here / 2));
            below += here;
        }

        return area / (normal * confirmed);
    }

    private void TakeState(bool isActive, bool isConfirmed)
    {
        Alarms += isActive && !IsActive ? 1 : 0;
        Unconfirmed += !isActive && IsActive && !IsConfirmed ? 1 : 0;
        AlarmWindows += isActive ? 1 : 0;
        IsConfirmed = isActive && (isConfirmed || (IsActive && IsConfirmed));
        IsActive = isActive;
    }

    private static void Merge(Dictionary<int, long> into, Dictionary<int, long> from)
    {
        foreach ((int bin, long count) in from)
        {
            into[bin] = into.GetValueOrDefault(bin) + count;
        }
    }
}
