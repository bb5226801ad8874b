using Thrum.Spectral.Lines;

namespace Thrum.Spectral.Diagnosis;

/// <summary>
/// A gear with a damaged or eccentric wheel modulates its mesh: lines at teeth × shaft with sidebands at the shaft's frequency
/// (J. I. Taylor, "The Vibration Analysis Handbook", 1994). The mesh line alone is normal.
/// </summary>
internal static class GearRules
{
    private const int Pairs = 3;
    private const int LeastSidebands = 4;

    public static void Evaluate(LineSpectrum spectrum, double shaftHz, DiagnosisOptions options, List<Finding> findings)
    {
        double meshHz = options.GearTeeth * shaftHz;
        SpectralLine mesh = spectrum.LineNear(meshHz, Math.Max(spectrum.BinHz, 0.002 * meshHz));
        if (mesh.OverFloor < options.LeastOverFloor)
        {
            return;
        }

        List<EvidenceLine> evidence = [new("mesh", mesh.FrequencyHz / shaftHz, mesh.FrequencyHz, mesh.Amplitude, mesh.OverFloor)];
        double sum = 0;
        for (int m = -Pairs; m <= Pairs; m++)
        {
            SpectralLine line = spectrum.LineNear(mesh.FrequencyHz + (m * shaftHz), spectrum.BinHz);
            if (m != 0 && line.OverFloor >= options.LeastOverFloor)
            {
                string name = $"mesh{(m < 0 ? '−' : '+')}{Math.Abs(m)}×";
                evidence.Add(new(name, line.FrequencyHz / shaftHz, line.FrequencyHz, line.Amplitude, line.OverFloor));
                sum += line.Amplitude;
            }
        }

        // Weak sidebands are normal too: half the mesh line between them is taken as the least.
        if (evidence.Count - 1 >= LeastSidebands && sum >= 0.5 * mesh.Amplitude)
        {
            findings.Add(new(FaultKind.Gear, sum / (sum + mesh.Amplitude), 1, evidence));
        }
    }
}
