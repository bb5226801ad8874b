namespace Thrum.Ingest.Recordings;

/// <summary>What people call the sampling rate where they keep it beside the samples.</summary>
internal static class RateNames
{
    private static readonly string[] Names = ["fs", "sr", "samplerate", "sample_rate", "samplingrate", "sampling_rate", "sampleratehz"];

    /// <summary>True for a number of such a name that can be a rate.</summary>
    public static bool Are(string name, double value) => Names.Contains(name, StringComparer.OrdinalIgnoreCase) && value > 0 && double.IsFinite(value);
}
