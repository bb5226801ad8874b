using Thrum.Detector.Alarms;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Quality;

/// <summary>The data quality of one axis: what its samples and the times of its messages tell. Not thread-safe.</summary>
internal sealed class QualityMonitor : ICheckpointed
{
    private readonly QualityAlarms _alarms;
    private readonly SampleCheck _samples;
    private readonly MessageCheck _messages;

    public QualityMonitor(AxisId axis, QualityOptions options, ITransitionReceiver receiver)
    {
        _alarms = new QualityAlarms(axis, options, receiver);
        _samples = new SampleCheck(_alarms, options);
        _messages = new MessageCheck(_alarms, options);
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

    /// <inheritdoc cref="SilenceCheck.NoteArrival"/>
    public void NoteArrival(long unixNs) => _messages.NoteArrival(unixNs);

    /// <inheritdoc cref="SilenceCheck.TakeTime"/>
    public bool TakeTime(long wallUnixNs) => _messages.TakeTime(wallUnixNs);

    /// <summary>See <see cref="Pipeline.ReadAhead"/>.</summary>
    public int Warm() => _samples.Warm() + _messages.Warm() + (_alarms.IsRaised(QualityKind.Silence) ? 1 : 0);

    /// <summary>The alarm of a rule, for commands; null when no alarm on data has that rule.</summary>
    public AlarmTracker? Find(string ruleId) => QualityNames.KindOf(ruleId) is { } kind ? _alarms.Open(kind, _messages.LastUnixNs) : null;

    /// <inheritdoc cref="QualityAlarms.Suppress"/>
    public void Suppress(bool on, in OperatorWord word) => _alarms.Suppress(on, word);

    public void Save(CheckpointWriter writer)
    {
        _samples.Save(writer);
        _messages.Save(writer);
    }

    public bool TryLoad(ref CheckpointReader reader) => _samples.TryLoad(ref reader) & _messages.TryLoad(ref reader);
}
