using Thrum.Spectral.Lines;

namespace Thrum.Spectral.Diagnosis;

/// <summary>
/// Faults of the shaft and the motor from the velocity spectrum, by the usual charts (ISO 13373-3:2015 lists them): one
/// sensor without phase cannot tell them apart for certain, hence the shares of the band's mean square as confidence.
/// </summary>
internal static class ShaftRules
{
    private const int LoosenessOrders = 10;
    private const int LoosenessLeast = 5;
    private const int LeastBins = 4;

    /// <summary>Adds a finding per pattern that fits. Without a speed (NaN) only the mains are looked for.</summary>
    public static void Evaluate(ShaftLines lines, double shaftHz, DiagnosisOptions options, List<Finding> findings)
    {
        double total = lines.TotalMeanSquare();
        if (!(Math.Sqrt(total) >= options.ShaftFaultVelocityMmS))
        {
            return;
        }

        AddElectrical(lines, shaftHz, total, options, findings);

        // Nearer together the orders' lines run into each other.
        if (double.IsNaN(shaftHz) || shaftHz < LeastBins * lines.BinHz)
        {
            return;
        }

        Span<double> velocities = stackalloc double[LoosenessOrders + 1];
        List<EvidenceLine> evidence = [];
        for (int order = 1; order <= LoosenessOrders; order++)
        {
            (SpectralLine line, double rms) = lines.At(order * shaftHz);
            if (line.OverFloor >= options.LeastOverFloor)
            {
                velocities[order] = rms;
                evidence.Add(new($"{order}×", order, line.FrequencyHz, rms, line.OverFloor));
            }
        }

        AddUnbalanceOrMisalignment(velocities, total, evidence, findings);
        AddLooseness(lines, velocities, shaftHz, total, options, evidence, findings);
    }

    private static void AddUnbalanceOrMisalignment(
        ReadOnlySpan<double> velocities, double total, List<EvidenceLine> evidence, List<Finding> findings)
    {
        double first = velocities[1] * velocities[1];
        double second = velocities[2] * velocities[2];
        if (velocities[2] >= 0.5 * velocities[1] && velocities[2] > 0 && (first + second) / total >= 0.5)
        {
            double share = Math.Min(1, (first + second) / total);
            findings.Add(new(FaultKind.Misalignment, share, 2, [.. evidence.Where(line => line.Order <= 3)]));
        }
        else if (first / total >= 0.6 && velocities[2] < 0.3 * velocities[1])
        {
            findings.Add(new(FaultKind.Unbalance, Math.Min(1, first / total), 1, [.. evidence.Where(line => line.Order <= 2)]));
        }
    }

    private static void AddLooseness(
        ShaftLines lines,
        ReadOnlySpan<double> velocities,
        double shaftHz,
        double total,
        DiagnosisOptions options,
        List<EvidenceLine> evidence,
        List<Finding> findings)
    {
        double greatest = 0;
        double sum = 0;
        foreach (double velocity in velocities)
        {
            greatest = Math.Max(greatest, velocity);
            sum += velocity * velocity;
        }

        int many = 0;
        foreach (double velocity in velocities)
        {
            many += velocity > 0 && velocity >= 0.2 * greatest ? 1 : 0;
        }

        List<EvidenceLine> halves = [];
        for (int i = 0; i < 3; i++)
        {
            (SpectralLine line, double rms) = lines.At((i + 0.5) * shaftHz);
            if (line.OverFloor >= options.LeastOverFloor && rms >= 0.1 * greatest)
            {
                halves.Add(new(FormattableString.Invariant($"{i + 0.5:0.0}×"), i + 0.5, line.FrequencyHz, rms, line.OverFloor));
                sum += rms * rms;
            }
        }

        if (many >= LoosenessLeast || halves.Count >= 2)
        {
            findings.Add(new(FaultKind.Looseness, Math.Min(1, sum / total), many, [.. evidence, .. halves]));
        }
    }

    private static void AddElectrical(ShaftLines lines, double shaftHz, double total, DiagnosisOptions options, List<Finding> findings)
    {
        ReadOnlySpan<double> mains = options.MainsHz is { } known ? [known] : [50, 60];
        foreach (double mainsHz in mains)
        {
            double order = 2 * mainsHz / shaftHz;

            // Too near to a multiple of the shaft's frequency, as in a large two-pole motor, the two cannot be told apart.
            bool apart = !(Math.Abs(order - Math.Round(order)) * shaftHz <= 3 * lines.BinHz);
            (SpectralLine line, double rms) = lines.At(2 * mainsHz);
            double share = rms * rms / total;
            if (apart && line.OverFloor >= options.LeastOverFloor && share >= 0.3)
            {
                findings.Add(new(
                    FaultKind.Electrical, Math.Min(1, share), 1, [new("2×mains", order, line.FrequencyHz, rms, line.OverFloor)]));
            }
        }
    }
}
