using Thrum.Detector.Checkpoints;
using Thrum.Detector.Operating;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Baselines;

/// <summary>
/// The baseline's windows on an axis that a model scores: one behind the other, from where the grid starts. Each is decided behind the model's windows that end with it or before, and before
/// those that end later, so that what both do to the axis's alarms comes in time order. Not thread-safe.
/// </summary>
/// <param name="lane">Where they are scored.</param>
/// <param name="gate">Who says whether the machine runs; null when it always counts as running.</param>
internal sealed class BesideWindows(BaselineLane lane, OperatingGate? gate) : ICheckpointed
{
    private readonly float[] _partial = new float[lane.WindowSamples];
    private int _filled;

    /// <summary>Samples that the present window lacks.</summary>
    public int Missing => _partial.Length - _filled;

    /// <summary>Takes the next samples, at most as many as are missing.</summary>
    public void Take(AxisState axis, ReadOnlySpan<float> samples, in SampleGrid grid, long firstIndex)
    {
        bool isWhole = samples.Length == _partial.Length;
        if (!isWhole)
        {
            samples.CopyTo(_partial.AsSpan(_filled));
            _filled += samples.Length;
            if (Missing > 0)
            {
                return;
            }

            _filled = 0;
        }

        Judge(axis, isWhole ? samples : _partial, grid.TimeOf(firstIndex + samples.Length - 1));
    }

    /// <summary>The grid ended: what there is of a window is left out.</summary>
    public void End() => _filled = 0;

    public void Save(CheckpointWriter writer)
    {
        writer.Write(_partial.Length);
        writer.Write(_partial.AsSpan(0, _filled));
        gate?.Save(writer);
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        bool fits = reader.ReadInt32() == _partial.Length;
        _filled = reader.ReadSingles(_partial);
        fits &= reader.IsValid && Missing > 0;
        if (!fits)
        {
            _filled = 0;
            return false;
        }

        // Without its state a gate begins anew by itself.
        return gate is null || reader.IsAtEnd || gate.TryLoad(ref reader);
    }

    private void Judge(AxisState axis, ReadOnlySpan<float> samples, long lastSampleUnixNs)
    {
        WindowStatus status = gate?.Judge(samples, lastSampleUnixNs, axis.SampleRateHz) ?? WindowStatus.Valid;
        if (status == WindowStatus.Valid && axis.Maintenance is not { IsOn: true })
        {
            lane.AddBeside(axis, samples, lastSampleUnixNs, gate?.Band);
        }

        if (axis.Member is not null)
        {
            // Its model's windows are those of the joint axis, which votes by them.
            axis.Vote(lastSampleUnixNs);
        }
    }
}
