using System.Numerics;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Operating;

/// <summary>
/// Decides by the level of each window whether the machine under an axis stands still, starts up or runs. It knows windows and their times only, so
/// the same samples give the same decisions. Not thread-safe.
/// </summary>
internal sealed class OperatingGate(OperatingOptions options) : ICheckpointed
{
    private State _state;
    private bool _isStarting;
    private long _stoppedUnixNs;
    private long _startedUnixNs;

    private enum State : byte
    {
        Unknown,
        Stopped,
        Running,
    }

    /// <summary>Another for the same machine, which judges other windows of the same samples.</summary>
    public OperatingGate Another() => new(options);

    /// <summary><see cref="WindowStatus.Valid"/> for a window that may be scored, otherwise why not.</summary>
    public WindowStatus Judge(ReadOnlySpan<float> samples, long lastSampleUnixNs)
    {
        double level = Rms(samples);
        if (double.IsNaN(level))
        {
            // It tells nothing of the machine, and says itself what is wrong with it.
            return WindowStatus.Valid;
        }

        if (_state == State.Running ? level < options.StoppedLevel : level < options.RunningAbove)
        {
            if (_state != State.Stopped)
            {
                (_state, _stoppedUnixNs) = (State.Stopped, lastSampleUnixNs);
            }

            return WindowStatus.Stopped;
        }

        if (_state == State.Stopped && !IsWithin(options.StopAfter, _stoppedUnixNs, lastSampleUnixNs))
        {
            // A sensor that comes up beside a running machine sees no start.
            (_isStarting, _startedUnixNs) = (true, lastSampleUnixNs);
        }

        _state = State.Running;
        _isStarting &= IsWithin(options.StartUp, _startedUnixNs, lastSampleUnixNs);
        return _isStarting ? WindowStatus.WarmingUp : WindowStatus.Valid;
    }

    public void Save(CheckpointWriter writer)
    {
        writer.Write((byte)_state);
        writer.Write(_isStarting);
        writer.Write(_stoppedUnixNs);
        writer.Write(_startedUnixNs);
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        _state = (State)reader.ReadByte();
        _isStarting = reader.ReadBoolean();
        _stoppedUnixNs = reader.ReadInt64();
        _startedUnixNs = reader.ReadInt64();
        if (reader.IsValid && Enum.IsDefined(_state))
        {
            return true;
        }

        (_state, _isStarting) = (State.Unknown, false);
        return false;
    }

    /// <summary>Root mean square of the samples without their mean.</summary>
    internal static double Rms(ReadOnlySpan<float> samples)
    {
        double mean = 0;
        foreach (float sample in samples)
        {
            mean += sample;
        }

        // In two passes: beside the earth's 9.8 m/s² a small vibration would drown in the rounding of one.
        float centre = (float)(mean / samples.Length);
        var centres = new Vector<float>(centre);
        Vector<float> sums = Vector<float>.Zero;
        int i = 0;
        for (; i <= samples.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> difference = new Vector<float>(samples[i..]) - centres;
            sums += difference * difference;
        }

        double sum = Vector.Sum(sums);
        for (; i < samples.Length; i++)
        {
            sum += (double)(samples[i] - centre) * (samples[i] - centre);
        }

        return Math.Sqrt(sum / samples.Length);
    }

    // A clock that was set back leaves no time to wait for.
    private static bool IsWithin(TimeSpan time, long fromUnixNs, long unixNs) =>
        unixNs >= fromUnixNs && unixNs - fromUnixNs < time.Ticks * TimeSpan.NanosecondsPerTick;
}
