using Thrum.Detector.Alarms;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Quality;

/// <summary>The data quality of one axis: what its samples and the times of its messages tell. Not thread-safe.</summary>
internal sealed class QualityMonitor : ICheckpointed
{
    private readonly SampleCheck _samples;
    private readonly MessageCheck _messages;

    public QualityMonitor(AxisId axis, QualityOptions options, ITransitionReceiver receiver)
    {
        var source = new QualitySource(axis, receiver);
        _samples = new SampleCheck(source, options);
        _messages = new MessageCheck(source, options);
    }

    /// <inheritdoc cref="SampleCheck.Take"/>
    public void TakeSamples(ReadOnlySpan<float> samples, in SampleGrid grid, long firstIndex) => _samples.Take(samples, grid, firstIndex);

    /// <inheritdoc cref="SampleCheck.End"/>
    public void TakeGridEnd(in SampleGrid grid, long next) => _samples.End(grid, next);

    /// <inheritdoc cref="MessageCheck.Take"/>
    public void TakeMessage(in BlockHead block, long arrivalUnixNs) => _messages.Take(block, arrivalUnixNs);

    /// <inheritdoc cref="MessageCheck.TakeStepBack"/>
    public void TakeStepBack(long dueUnixNs, long foundUnixNs) => _messages.TakeStepBack(dueUnixNs, foundUnixNs);

    /// <inheritdoc cref="MessageCheck.TakeSilence"/>
    public bool TakeSilence(TimeSpan elapsed) => _messages.TakeSilence(elapsed);

    /// <summary>See <see cref="Pipeline.ReadAhead"/>.</summary>
    public int Warm() => _samples.Warm() + _messages.Warm();

    /// <summary>Maintenance begins or ends.</summary>
    public void Suppress(bool on, in OperatorWord word)
    {
        _samples.Suppress(on, word);
        _messages.Suppress(on, word);
    }

    public void Save(CheckpointWriter writer)
    {
        _samples.Save(writer);
        _messages.Save(writer);
    }

    public bool TryLoad(ref CheckpointReader reader) => _samples.TryLoad(ref reader) & _messages.TryLoad(ref reader);
}
