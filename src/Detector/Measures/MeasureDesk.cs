using Thrum.Detector.Operating;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Measures;

/// <summary>What the measurement buffers of a shard share. Not thread-safe.</summary>
internal sealed class MeasureDesk(MeasureOptions options, IReadOnlyList<MachineOptions> machines, ShardOutput output)
{
    private readonly MachineProfile[] _profiles = MachineProfile.All(machines);
    private readonly Dictionary<(MachineProfile Profile, double RateHz), MeasureKit> _kits = [];

    public ShardOutput Output => output;

    /// <summary>Time from one measure to the next.</summary>
    public long IntervalNs { get; } = UnixTime.ToNs(options.Interval);

    /// <summary>What is known of the machine of an axis.</summary>
    public MachineProfile ProfileOf(AxisId axis) => MachineProfile.For(_profiles, axis);

    /// <summary>The buffer of an axis; null where none is wanted.</summary>
    /// <param name="stream">The axis.</param>
    /// <param name="sampleRateHz">Its rate.</param>
    /// <param name="windowSamples">Length of its windows.</param>
    /// <param name="hopSamples">From one window to the next.</param>
    /// <param name="speed">The measured speed of its machine; null where there is none.</param>
    public AxisMeasures? Open(AxisStream stream, double sampleRateHz, int windowSamples, int hopSamples, OperatingTrack? speed)
    {
        if (options.Buffer == TimeSpan.Zero)
        {
            return null;
        }

        MachineProfile profile = ProfileOf(stream.Id);
        if (!_kits.TryGetValue((profile, sampleRateHz), out MeasureKit? kit))
        {
            kit = new MeasureKit(profile, sampleRateHz, profile.BufferSamples(options.Buffer, sampleRateHz));
            _kits.Add((profile, sampleRateHz), kit);
        }

        return new AxisMeasures(stream, this, kit, windowSamples, hopSamples, speed);
    }
}
