using Thrum.Detector.Checkpoints;

namespace Thrum.Detector.Windows;

/// <summary>
/// Cuts samples that follow each other without a hole into windows: window k holds the samples k·H to k·H + N − 1 from the grid's
/// origin, whatever the portions they come in. With windows of 0 samples it cuts none and only passes the samples on. A part of the stream's <see cref="Windower"/>, not an
/// object. Not thread-safe.
/// </summary>
internal struct GridCutter(int windowSamples, int hopSamples)
{
    private readonly float[] _partial = new float[windowSamples];
    private int _filled;
    private long _skip;

    public bool IsStarted { readonly get; private set; }

    public SampleGrid Grid { readonly get; private set; }

    /// <summary>Index of the next sample on the grid.</summary>
    public long Next { readonly get; private set; }

    /// <summary>Starts a grid; the one before must have ended.</summary>
    public void Start(SampleGrid grid)
    {
        Grid = grid;
        Next = 0;
        IsStarted = true;
    }

    /// <summary>Moves the grid's times; which samples make a window does not change.</summary>
    public void Move(long byNs) => Grid = new SampleGrid(Grid.OriginUnixNs + byNs, Grid.SampleRateHz);

    /// <summary>Takes the next samples.</summary>
    public void Consume(ReadOnlySpan<float> samples, IWindowReceiver receiver)
    {
        if (samples.IsEmpty)
        {
            return;
        }

        long first = Next;
        ReadOnlySpan<float> rest = samples;
        while (!rest.IsEmpty)
        {
            ReadOnlySpan<float> portion = rest[..receiver.Portion(rest.Length)];
            long next = Next;
            Cut(portion, receiver);
            receiver.OnCut(portion, Grid, next);
            rest = rest[portion.Length..];
        }

        receiver.OnSamples(samples, Grid, first);
    }

    private void Cut(ReadOnlySpan<float> samples, IWindowReceiver receiver)
    {
        if (windowSamples == 0)
        {
            Next += samples.Length;
            return;
        }

        while (!samples.IsEmpty)
        {
            if (_skip > 0)
            {
                int skipped = (int)Math.Min(_skip, samples.Length);
                _skip -= skipped;
                Next += skipped;
                samples = samples[skipped..];
            }
            else if (_filled == 0 && samples.Length >= windowSamples)
            {
                // The whole window lies in this block: no copy.
                receiver.OnWindow(samples[..windowSamples], Grid.TimeOf(Next + windowSamples - 1));
                int advance = Math.Min(hopSamples, windowSamples);
                Next += advance;
                _skip = hopSamples - advance;
                samples = samples[advance..];
            }
            else
            {
                int taken = Math.Min(windowSamples - _filled, samples.Length);
                samples[..taken].CopyTo(_partial.AsSpan(_filled));
                _filled += taken;
                Next += taken;
                samples = samples[taken..];
                CompletePartial(receiver);
            }
        }
    }

    /// <summary>Ends the grid: a partial window is reported as a gap.</summary>
    public void End(IWindowReceiver receiver)
    {
        // With overlap the tail of the last window is always in the buffer; only samples beyond it make a partial window.
        bool hasUnreported = IsStarted && _skip == 0 && _filled > Math.Max(0, windowSamples - hopSamples);
        bool firstWindow = IsStarted && Next < windowSamples && _filled > 0;
        if (hasUnreported || firstWindow)
        {
            receiver.OnGap(Grid.TimeOf(Next - 1));
        }

        if (IsStarted)
        {
            receiver.OnGridEnd(Grid, Next);
        }

        Clear();
    }

    public readonly void Save(CheckpointWriter writer)
    {
        writer.Write(windowSamples);
        writer.Write(hopSamples);
        writer.Write(IsStarted);
        writer.Write(Grid.OriginUnixNs);
        writer.Write(Grid.SampleRateHz);
        writer.Write(Next);
        writer.Write(_skip);
        writer.Write(_partial.AsSpan(0, _filled));
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        bool fits = reader.ReadInt32() == windowSamples && reader.ReadInt32() == hopSamples;
        IsStarted = reader.ReadBoolean();
        long origin = reader.ReadInt64();
        double rate = reader.ReadDouble();
        Next = reader.ReadInt64();
        _skip = reader.ReadInt64();
        _filled = reader.ReadSingles(_partial);
        fits &= reader.IsValid && Next >= 0 && _skip >= 0 && _skip <= hopSamples && (_filled < _partial.Length || windowSamples == 0)
            && (!IsStarted || SampleGrid.IsRate(rate));
        if (!fits)
        {
            Clear();
        }
        else if (IsStarted)
        {
            Grid = new SampleGrid(origin, rate);
        }

        return fits;
    }

    /// <summary>As new.</summary>
    public void Clear()
    {
        IsStarted = false;
        _filled = 0;
        _skip = 0;
    }

    private void CompletePartial(IWindowReceiver receiver)
    {
        if (_filled < windowSamples)
        {
            return;
        }

        receiver.OnWindow(_partial, Grid.TimeOf(Next - 1));
        int kept = Math.Max(0, windowSamples - hopSamples);
        _partial.AsSpan(windowSamples - kept).CopyTo(_partial);
        _filled = kept;
        _skip = Math.Max(0, hopSamples - windowSamples);
    }
}
