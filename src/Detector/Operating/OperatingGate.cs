using System.Numerics;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Operating;

/// <summary>
/// Decides for each window of an axis whether the machine under it stands still, starts up or runs, and in which band: by the level of the window, or by the track of a measured speed or
/// load. It knows windows, values and their event times only, so the same samples give the same decisions. Not thread-safe.
/// </summary>
/// <param name="options">The settings.</param>
/// <param name="track">The measured speed or load; null to decide by the level.</param>
internal sealed class OperatingGate(OperatingOptions options, OperatingTrack? track = null) : ICheckpointed
{
    private State _state;
    private bool _isStarting;
    private long _stoppedUnixNs;
    private long _startedUnixNs;
    private long _bandSinceUnixNs = long.MinValue;

    private enum State : byte
    {
        Unknown,
        Stopped,
        Running,
    }

    /// <summary>Another for the same machine, which judges other windows of the same samples.</summary>
    public OperatingGate Another() => new(options, track);

    /// <summary>The band of the last window that may be scored; null without bands.</summary>
    public OperatingBand? Band { get; private set; }

    /// <summary>The bands; empty where there are none.</summary>
    public IReadOnlyList<OperatingBand> Bands => track is null ? [] : options.Bands;

    /// <summary>The measured speed of the shaft; null where none is measured.</summary>
    public OperatingTrack? Speed => options.SourceIs == OperatingQuantity.Speed ? track : null;

    /// <summary><see cref="WindowStatus.Valid"/> for a window that may be scored, otherwise why not.</summary>
    /// <param name="samples">The window.</param>
    /// <param name="lastSampleUnixNs">Time of its last sample.</param>
    /// <param name="sampleRateHz">Samples per second.</param>
    public WindowStatus Judge(ReadOnlySpan<float> samples, long lastSampleUnixNs, double sampleRateHz)
    {
        if (track is null)
        {
            double level = Rms(samples);

            // A window with NaN tells nothing of the machine, and says itself what is wrong with it.
            return double.IsNaN(level) ? WindowStatus.Valid : Judge(level, lastSampleUnixNs);
        }

        OperatingSpan span = track.Over(lastSampleUnixNs - (long)((samples.Length - 1) * 1e9 / sampleRateHz), lastSampleUnixNs);
        if (!span.IsKnown)
        {
            return WindowStatus.NoSpeed;
        }

        WindowStatus status = Judge(span.Least, lastSampleUnixNs);
        return status == WindowStatus.Valid && options.Bands.Count > 0 ? JudgeBand(span, lastSampleUnixNs) : status;
    }

    private WindowStatus JudgeBand(in OperatingSpan span, long lastSampleUnixNs)
    {
        OperatingBand? band = BandOf(span.Least);
        if (band != BandOf(span.Greatest))
        {
            return WindowStatus.BandChange;
        }

        if (band is null)
        {
            return WindowStatus.NoBand;
        }

        if (Band != band)
        {
            // The first band of all follows no other: there is nothing to settle from.
            _bandSinceUnixNs = Band is null ? long.MinValue : lastSampleUnixNs;
            Band = band;
        }

        return _bandSinceUnixNs != long.MinValue && IsWithin(options.BandSettle, _bandSinceUnixNs, lastSampleUnixNs) ? WindowStatus.BandChange : WindowStatus.Valid;
    }

    private OperatingBand? BandOf(double value)
    {
        foreach (OperatingBand band in options.Bands)
        {
            if (band.Holds(value))
            {
                return band;
            }
        }

        return null;
    }

    /// <summary>Decides by a level, a speed or a load.</summary>
    private WindowStatus Judge(double level, long lastSampleUnixNs)
    {
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
        if (track is not null)
        {
            writer.Write(Band?.Name ?? "");
            writer.Write(_bandSinceUnixNs);
        }
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        _state = (State)reader.ReadByte();
        _isStarting = reader.ReadBoolean();
        _stoppedUnixNs = reader.ReadInt64();
        _startedUnixNs = reader.ReadInt64();
        if (track is not null)
        {
            string name = reader.ReadString();
            Band = options.Bands.FirstOrDefault(band => band.Name == name);
            _bandSinceUnixNs = reader.ReadInt64();
        }

        if (reader.IsValid && Enum.IsDefined(_state))
        {
            return true;
        }

        (_state, _isStarting, Band, _bandSinceUnixNs) = (State.Unknown, false, null, long.MinValue);
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
        unixNs >= fromUnixNs && unixNs - fromUnixNs < UnixTime.ToNs(time);
}
