using System.Globalization;
using Microsoft.Extensions.Logging;
using Thrum.Detector.Alarms;
using Thrum.Detector.Baselines;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Commands;
using Thrum.Detector.Evidence;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Tests.Models;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Pipeline;

/// <summary>A pipeline over the test model, fed in process; keeps what comes out per axis.</summary>
internal sealed class PipelineRun : IDisposable
{
    public const long Origin = 1_763_769_600_000_000_000;

    /// <summary>Raises on two of three loud windows.</summary>
    public static readonly AlarmRuleOptions FixedRule = new() { Threshold = ThresholdKind.Fixed, Raise = 50, Clear = 40, RaiseCount = 2, OfWindows = 3 };

    private readonly AutoencoderModel _model;

    public PipelineRun(int shards, string match = "*", params AlarmRuleOptions[] rules)
        : this(new DetectorOptions { Shards = shards, MaxBatch = 16, Baseline = new BaselineOptions { Enabled = false } }, match, rules)
    {
    }

    public PipelineRun(DetectorOptions options, ModelAssignment first)
    {
        _model = first.Model;
        Pipeline = new DetectorPipeline(options, [first], TimeProvider.System, Log);
    }

    public PipelineRun(DetectorOptions options, string match = "*", params AlarmRuleOptions[] rules)
        : this(TestModels.LoadDense(), options, match, rules)
    {
    }

    /// <param name="model">The model; the run disposes it.</param>
    /// <param name="options">Settings.</param>
    /// <param name="match">The axes it scores.</param>
    /// <param name="rules">The alarm rules.</param>
    public PipelineRun(AutoencoderModel model, DetectorOptions options, string match = "*", params AlarmRuleOptions[] rules)
    {
        _model = model;
        ModelAssignment[] models = [new ModelAssignment(match, _model, [.. rules.Select(rule => rule.Resolve(_model))])];
        Pipeline = new DetectorPipeline(options, models, TimeProvider.System, Log);
    }

    /// <param name="pipeline">The pipeline; the run disposes it.</param>
    /// <param name="model">The model; the run disposes it.</param>
    public PipelineRun(DetectorPipeline pipeline, AutoencoderModel model)
    {
        _model = model;
        Pipeline = pipeline;
    }

    public DetectorPipeline Pipeline { get; }

    public RecordingLogger Log { get; } = new();

    public Dictionary<AxisId, List<string>> Lines { get; } = [];

    /// <summary>What shadow models made of windows.</summary>
    public Dictionary<AxisId, List<string>> ShadowLines { get; } = [];

    /// <summary>What baselines made of windows beside models.</summary>
    public Dictionary<AxisId, List<string>> BaselineLines { get; } = [];

    public List<(WindowScore Window, float[] Metrics)> Windows { get; } = [];

    public List<AlarmTransition> Transitions { get; } = [];

    public List<AlarmEvidence> Evidence { get; } = [];

    /// <summary>What became of the commands.</summary>
    public List<CommandResult> Results { get; } = [];

    /// <summary>What a store would hold: each state as it was last given out.</summary>
    public Dictionary<AxisId, StoredState> States { get; } = [];

    /// <summary>Shard and sequence of each checkpoint whose last part came.</summary>
    public List<(int Shard, long Sequence)> Checkpoints { get; } = [];

    /// <summary>Takes over what an earlier run had stored, as the store does.</summary>
    public void TakeOver(PipelineRun before)
    {
        Pipeline.Restore(before.States.Values);
        foreach ((AxisId axis, StoredState state) in before.States)
        {
            States[axis] = state;
        }
    }

    public IEnumerable<WindowScore> Of(AxisId axis) => Windows.Where(entry => entry.Window.Stream.Id == axis).Select(entry => entry.Window);

    /// <summary>Writes each block as a batch of its own, in order; then ends the input and waits for the drain.</summary>
    public Task FeedAsync(IEnumerable<TestBlock> blocks, CancellationToken cancellationToken) => FeedAsync(blocks.ToAsyncEnumerable(), cancellationToken);

    /// <inheritdoc cref="FeedAsync(IEnumerable{TestBlock}, CancellationToken)"/>
    public async Task FeedAsync(IAsyncEnumerable<TestBlock> blocks, CancellationToken cancellationToken)
    {
        Task run = Pipeline.RunAsync(cancellationToken);
        Task read = ReadAllAsync(cancellationToken);
        await foreach (TestBlock block in blocks.WithCancellation(cancellationToken))
        {
            await WriteAsync(block, cancellationToken);
            if (block.Command is not null)
            {
                await WriteCommandAsync(block.Command, block.Sequence + 1, cancellationToken);
            }

            if (block.IsBarrier)
            {
                await WriteBarrierAsync(block.Sequence + (block.Command is null ? 0 : 1), cancellationToken);
            }
        }

        foreach (var input in Pipeline.Inputs)
        {
            input.Complete();
        }

        await run;
        await read;
    }

    public void Dispose()
    {
        Pipeline.Dispose();
        _model.Dispose();
    }

    private async Task WriteAsync(TestBlock block, CancellationToken cancellationToken)
    {
        AxisStream stream = Pipeline.Streams.Resolve(block.Axis);
        SampleBatch batch = Pipeline.SamplePool.Rent(block.Samples.Length);
        batch.ReceivedTimestamp = TimeProvider.System.GetTimestamp();
        batch.JournalSequence = block.Sequence;
        batch.ArrivalUnixNs = block.ArrivalUnixNs;
        block.Samples.CopyTo(batch.FreeSpan());
        batch.Append(stream, block.Time, block.FirstUnixNs, block.RateHz, block.Samples.Length, block.Number);
        await Pipeline.Inputs[stream.Shard].WriteAsync(batch, cancellationToken);
    }

    private async Task WriteCommandAsync(OperatorCommand command, long sequence, CancellationToken cancellationToken)
    {
        var sequenced = new SequencedCommand(command, sequence);
        foreach (int shard in sequenced.Destinations(Pipeline.Inputs.Count, Pipeline.Streams.ShardOf))
        {
            SampleBatch batch = Pipeline.SamplePool.Rent();
            batch.JournalSequence = sequence;
            batch.Command = sequenced;
            await Pipeline.Inputs[shard].WriteAsync(batch, cancellationToken);
        }

        Results.Add(await sequenced.Result.WaitAsync(cancellationToken));
    }

    private async Task WriteBarrierAsync(long sequence, CancellationToken cancellationToken)
    {
        foreach (var input in Pipeline.Inputs)
        {
            SampleBatch batch = Pipeline.SamplePool.Rent();
            batch.Barrier = sequence;
            await input.WriteAsync(batch, cancellationToken);
        }
    }

    private async Task ReadAllAsync(CancellationToken cancellationToken)
    {
        await foreach (ScoreBatch batch in Pipeline.Output.ReadAllAsync(cancellationToken))
        {
            using (batch)
            {
                Keep(batch);
            }
        }
    }

    private static void Write(Dictionary<AxisId, List<string>> lines, ScoreBatch batch, in WindowScore window)
    {
        if (!lines.TryGetValue(window.Stream.Id, out List<string>? ofAxis))
        {
            lines.Add(window.Stream.Id, ofAxis = []);
        }

        ofAxis.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{window.TimeUnixNs} {window.Status.ToWireName()} {window.State.ToWireName()} {window.Score:R} {window.PValue:R} {string.Join(' ', batch.Metrics(window).ToArray().Select(m => m.ToString("R", CultureInfo.InvariantCulture)))}"));
    }

    private void Keep(ScoreBatch batch)
    {
        foreach (WindowScore window in batch.Windows)
        {
            Windows.Add((window, batch.Metrics(window).ToArray()));
            Write(Lines, batch, window);
        }

        foreach (WindowScore window in batch.Shadows)
        {
            Write(ShadowLines, batch, window);
        }

        foreach (WindowScore window in batch.Baselines)
        {
            Write(BaselineLines, batch, window);
        }

        Transitions.AddRange(batch.Transitions);
        Evidence.AddRange(batch.Evidence);
        if (batch.Checkpoint is { } checkpoint)
        {
            foreach (CheckpointEntry entry in checkpoint.Entries)
            {
                States[entry.Id] = new StoredState(entry.Id, checkpoint.Sequence, checkpoint.Bytes(entry).ToArray());
            }

            if (checkpoint.IsComplete)
            {
                Checkpoints.Add((checkpoint.Shard, checkpoint.Sequence));
            }
        }
    }
}

/// <summary>Keeps what was logged.</summary>
internal sealed class RecordingLogger : ILogger<DetectorPipeline>
{
    public List<string> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (Lines)
        {
            Lines.Add($"{logLevel} {eventId.Id} {formatter(state, exception)}");
        }
    }
}
