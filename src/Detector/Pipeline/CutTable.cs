using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Pipeline;

/// <summary>How the streams of a shard are cut: one object for each window and hop, which all streams that are cut so share. Not thread-safe.</summary>
internal sealed class CutTable(DetectorOptions options)
{
    private readonly Dictionary<(int Window, int Hop), WindowerOptions> _cuts = [];

    /// <summary>Windows of so many samples every so many.</summary>
    public WindowerOptions Of(int windowSamples, int hopSamples)
    {
        if (!_cuts.TryGetValue((windowSamples, hopSamples), out WindowerOptions? cut))
        {
            cut = new WindowerOptions(
                windowSamples, hopSamples, UnixTime.ToNs(options.StampTolerance), UnixTime.ToNs(options.StreamTimeout), UnixTime.ToNs(options.MaxClockDrift), UnixTime.ToNs(options.Lateness));
            _cuts.Add((windowSamples, hopSamples), cut);
        }

        return cut;
    }

    /// <summary>Windows of about a second, one behind the other.</summary>
    public WindowerOptions OncePerSecond(double sampleRateHz)
    {
        int samples = (int)Math.Clamp(Math.Round(sampleRateHz), 1, 1 << 20);
        return Of(samples, samples);
    }
}
