using Thrum.Spectral.Bearings;
using Thrum.Spectral.Lines;

namespace Thrum.Spectral.Diagnosis;

/// <summary>
/// Bearing faults from an envelope spectrum (R. B. Randall, J. Antoni, MSSP 25, 2011, section 4): a defect that is struck
/// periodically shows its frequency and multiples; one that moves through the load zone is modulated and has sidebands.
/// </summary>
internal static class BearingRules
{
    private const int Harmonics = 4;
    private const int SidebandPairs = 2;
    private const int LeastBins = 4;

    // Weak lines at a race's frequency are in many sound bearings: a finding needs a fundamental well beyond them.
    private const double FundamentalFactor = 2;

    /// <summary>
    /// Adds a finding per pattern that fits, and to <paramref name="partial"/> lines of patterns that do not fit as a whole.
    /// </summary>
    public static void Evaluate(
        LineSpectrum envelope,
        double meanSquared,
        BearingGeometry bearing,
        double shaftHz,
        DiagnosisOptions options,
        List<Finding> findings,
        List<EvidenceLine> partial)
    {
        BearingFrequencies at = bearing.AtShaftHz(shaftHz);
        Look(envelope, meanSquared, new Pattern(FaultKind.OuterRace, "BPFO", at.Bpfo, 0, ""), shaftHz, options, findings, partial);
        Look(envelope, meanSquared, new Pattern(FaultKind.InnerRace, "BPFI", at.Bpfi, shaftHz, "1×"), shaftHz, options, findings, partial);
        Look(envelope, meanSquared, new Pattern(FaultKind.Ball, "2×BSF", 2 * at.Bsf, at.Ftf, "FTF"), shaftHz, options, findings, partial);
        Look(envelope, meanSquared, new Pattern(FaultKind.Cage, "FTF", at.Ftf, 0, ""), shaftHz, options, findings, partial);
    }

    private static void Look(
        LineSpectrum envelope,
        double meanSquared,
        Pattern pattern,
        double shaftHz,
        DiagnosisOptions options,
        List<Finding> findings,
        List<EvidenceLine> partial)
    {
        // So few bins above 0 Hz there is no floor to stand out from.
        if (pattern.FrequencyHz < LeastBins * envelope.BinHz)
        {
            return;
        }

        Span<SpectralLine> lines = stackalloc SpectralLine[Harmonics];
        HarmonicFamily family = HarmonicSearch.Find(envelope, pattern.FrequencyHz, options.Slip, options.LeastOverFloor, lines);
        List<EvidenceLine> evidence = [];
        for (int h = 1; h <= Harmonics; h++)
        {
            SpectralLine line = lines[h - 1];
            if (line.OverFloor >= options.LeastOverFloor && !IsShaftLine(line.FrequencyHz, shaftHz, envelope.BinHz))
            {
                evidence.Add(Line(h == 1 ? pattern.Name : $"{h}×{pattern.Name}", line, shaftHz));
            }
        }

        int harmonics = evidence.Count;
        int sidebands = AddSidebands(envelope, pattern, family.FundamentalHz, shaftHz, options, evidence);
        bool hasFundamental = lines[0].OverFloor >= FundamentalFactor * options.LeastOverFloor
            && lines[0].Amplitude >= options.LeastModulation * meanSquared
            && !IsShaftLine(lines[0].FrequencyHz, shaftHz, envelope.BinHz);
        if (hasFundamental && harmonics + (sidebands / 2) >= 2)
        {
            double strength = 1 - (options.LeastOverFloor / (double)lines[0].OverFloor);
            double breadth = Math.Min(1, (harmonics + (sidebands / 2.0)) / Harmonics);
            findings.Add(new(pattern.Fault, strength * (0.5 + (0.5 * breadth)), harmonics, evidence));
        }
        else
        {
            partial.AddRange(evidence.GetRange(0, harmonics));
        }
    }

    private static int AddSidebands(
        LineSpectrum envelope, Pattern pattern, double centreHz, double shaftHz, DiagnosisOptions options, List<EvidenceLine> evidence)
    {
        int found = 0;
        for (int m = -SidebandPairs; m <= SidebandPairs && pattern.SpacingHz > 0; m++)
        {
            SpectralLine line = envelope.LineNear(centreHz + (m * pattern.SpacingHz), envelope.BinHz);
            if (m != 0 && line.OverFloor >= options.LeastOverFloor && !IsShaftLine(line.FrequencyHz, shaftHz, envelope.BinHz))
            {
                string times = Math.Abs(m) == 1 ? "" : "2·";
                evidence.Add(Line($"{pattern.Name}{(m < 0 ? '−' : '+')}{times}{pattern.Spacing}", line, shaftHz));
                found++;
            }
        }

        return found;
    }

    /// <summary>A multiple of the shaft's frequency is in every envelope and says nothing about the bearing.</summary>
    private static bool IsShaftLine(double frequencyHz, double shaftHz, double binHz)
    {
        double order = Math.Round(frequencyHz / shaftHz);
        return order >= 1 && Math.Abs(frequencyHz - (order * shaftHz)) <= (1.5 * binHz) + (0.001 * frequencyHz);
    }

    private static EvidenceLine Line(string name, SpectralLine line, double shaftHz) =>
        new(name, line.FrequencyHz / shaftHz, line.FrequencyHz, line.Amplitude, line.OverFloor);

    private readonly record struct Pattern(FaultKind Fault, string Name, double FrequencyHz, double SpacingHz, string Spacing);
}
