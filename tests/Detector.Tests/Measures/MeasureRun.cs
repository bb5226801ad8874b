using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Alarms;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Evidence;
using Thrum.Detector.Measures;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Tests.Models;

namespace Thrum.Detector.Tests.Measures;

/// <summary>A pipeline over the test model that keeps measures, transitions and evidence of one axis.</summary>
internal sealed class MeasureRun : IDisposable
{
    public const long Origin = 1_763_769_600_000_000_000;
    public static readonly AxisId Axis = new("m", "s", "x");
    private readonly AutoencoderModel _model = TestModels.LoadDense();
    private readonly DetectorPipeline _pipeline;

    public MeasureRun(MachineOptions? machine, int maxBatch = 16, MeasureOptions? measures = null)
    {
        var rule = new AlarmRuleOptions { Threshold = ThresholdKind.Fixed, Raise = 4, Metric = "mse", Id = "score" };
        var options = new DetectorOptions { Shards = 1, MaxBatch = maxBatch, Measures = measures ?? new MeasureOptions { Interval = TimeSpan.FromSeconds(1) } };
        _pipeline = new DetectorPipeline(
            options, [new ModelAssignment("*", _model, [rule.Resolve(_model)])], TimeProvider.System, NullLogger<DetectorPipeline>.Instance, machine is null ? [] : [machine]);
    }

    public List<VibrationMeasure> Measures { get; } = [];

    public List<AlarmTransition> Transitions { get; } = [];

    public List<AlarmEvidence> Evidence { get; } = [];

    public Dictionary<AxisId, StoredState> States { get; } = [];

    public int Restore(IEnumerable<StoredState> states) => _pipeline.Restore(states);

    /// <summary>Everything in a form that can be compared.</summary>
    public string Text() => string.Join('\n', [
        .. Measures.Select(measure => measure.ToString()),
        .. Transitions.Select(transition => transition.ToString()),
        .. Evidence.Select(evidence => System.Text.Encoding.UTF8.GetString(EvidenceJson.Write(evidence)))]);

    /// <summary>Feeds samples from an index of the recording on, in blocks, with a barrier behind the last when a sequence is given.</summary>
    public async Task FeedAsync(float[] samples, int blockSamples, int from = 0, long barrier = 0, params int[] holesAfter)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        Task run = _pipeline.RunAsync(cancellationToken);
        Task read = ReadAsync(cancellationToken);
        AxisStream stream = _pipeline.Streams.Resolve(Axis);
        for (int at = 0; at < samples.Length; at += blockSamples)
        {
            if (holesAfter.Contains(at))
            {
                continue;
            }

            int count = Math.Min(blockSamples, samples.Length - at);
            SampleBatch batch = _pipeline.SamplePool.Rent(count);
            samples.AsSpan(at, count).CopyTo(batch.FreeSpan());
            batch.JournalSequence = barrier == 0 ? 0 : barrier + (from == 0 ? -1 : 1);
            batch.Append(stream, TimeSource.Stamped, Origin + ((from + at) * 1_000_000L), TestModels.RateHz, count);
            await _pipeline.Inputs[0].WriteAsync(batch, cancellationToken);
        }

        if (barrier > 0)
        {
            SampleBatch batch = _pipeline.SamplePool.Rent();
            batch.Barrier = barrier;
            await _pipeline.Inputs[0].WriteAsync(batch, cancellationToken);
        }

        _pipeline.Inputs[0].Complete();
        await run;
        await read;
    }

    public void Dispose()
    {
        _pipeline.Dispose();
        _model.Dispose();
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        await foreach (ScoreBatch batch in _pipeline.Output.ReadAllAsync(cancellationToken))
        {
            using (batch)
            {
                Measures.AddRange(batch.Measures);
                Transitions.AddRange(batch.Transitions);
                Evidence.AddRange(batch.Evidence);
                foreach (CheckpointEntry entry in batch.Checkpoint?.Entries ?? [])
                {
                    States[entry.Id] = new StoredState(entry.Id, batch.Checkpoint!.Sequence, batch.Checkpoint.Bytes(entry).ToArray());
                }
            }
        }
    }
}
