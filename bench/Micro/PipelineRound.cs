using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Alarms;
using Thrum.Detector.Baselines;
using Thrum.Detector.Measures;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;

namespace Thrum.Micro;

/// <summary>Decoded blocks in, scored windows out, one shard, so many sensors. Messages hold 1,024 samples: four windows.</summary>
internal sealed class PipelineRound : IDisposable
{
    private const int BlockSamples = 1024;
    private const long Origin = 1_763_769_600_000_000_000;

    private readonly DetectorPipeline _pipeline;
    private readonly AxisStream[] _streams;
    private readonly long[] _sent;
    private readonly float[] _signal = new float[BlockSamples];
    private readonly double _rateHz;
    private int _next;

    /// <param name="model">The model.</param>
    /// <param name="sensors">Sensors of one axis each.</param>
    /// <param name="buffer">Length of the measurement buffer; null for the default.</param>
    /// <param name="baseline">Whether the scores that need no model are beside it, calibrated after half a second.</param>
    public PipelineRound(AutoencoderModel model, int sensors, TimeSpan? buffer = null, bool baseline = false)
    {
        var rule = new AlarmRuleOptions { Threshold = ThresholdKind.Fixed, Raise = 1e6 };
        _pipeline = new DetectorPipeline(
            new DetectorOptions
            {
                Shards = 1,
                Measures = buffer is { } length ? new MeasureOptions { Buffer = length } : new MeasureOptions(),
                Baseline = new BaselineOptions { BesideModels = baseline, Learning = TimeSpan.FromSeconds(1), Calibration = TimeSpan.FromSeconds(1) },
            },
            [new ModelAssignment("*", model, [rule.Resolve(model)])], TimeProvider.System, NullLogger<DetectorPipeline>.Instance);
        _rateHz = model.Metadata.SampleRateHz;
        _streams = [.. Enumerable.Range(0, sensors).Select(i => _pipeline.Streams.Resolve(new AxisId($"m{i / 8}", $"s{i % 8}", "x")))];
        _sent = new long[sensors];
        SignalSource.Fill(_signal, 7);
        Running = _pipeline.RunAsync(CancellationToken.None);
        Reading = ReadAsync();
    }

    public Task Running { get; }

    public Task Reading { get; }

    public long Windows { get; private set; }

    /// <summary>Gives every sensor in turn a message until so many blocks are sent.</summary>
    public async Task FeedAsync(int blocks, int samplesPerBlock = BlockSamples)
    {
        while (blocks > 0)
        {
            SampleBatch batch = _pipeline.SamplePool.Rent();
            batch.ReceivedTimestamp = TimeProvider.System.GetTimestamp();
            for (; blocks > 0 && batch.FreeSamples >= samplesPerBlock && batch.FreeBlocks > 0; blocks--)
            {
                int sensor = _next;
                _next = (_next + 1) % _streams.Length;
                _signal.AsSpan(0, samplesPerBlock).CopyTo(batch.FreeSpan());
                long time = Origin + (long)Math.Round(_sent[sensor] * 1e9 / _rateHz);
                batch.Append(_streams[sensor], TimeSource.Stamped, time, _rateHz, samplesPerBlock);
                _sent[sensor] += samplesPerBlock;
            }

            await _pipeline.Inputs[0].WriteAsync(batch);
        }
    }

    /// <summary>Waits until so many windows came out.</summary>
    public async Task DrainAsync(long windows)
    {
        while (Windows < windows)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
    }

    public async Task EndAsync()
    {
        _pipeline.Inputs[0].Complete();
        await Running;
        await Reading;
    }

    public void Dispose() => _pipeline.Dispose();

    private async Task ReadAsync()
    {
        await foreach (ScoreBatch batch in _pipeline.Output.ReadAllAsync())
        {
            using (batch)
            {
                Windows += batch.Count;
            }
        }
    }
}
