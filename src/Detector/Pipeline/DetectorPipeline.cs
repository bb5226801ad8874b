using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Measures;
using Thrum.Detector.Models;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Stages;

namespace Thrum.Detector.Pipeline;

/// <summary>
/// All shards between two bounded channels: one input per shard, one common output. Ingest writes sample batches to
/// <see cref="Inputs"/> by <see cref="AxisStream.Shard"/>; delivery reads <see cref="Output"/>.
/// </summary>
public sealed class DetectorPipeline : IDisposable
{
    /// <summary>How often shards are told that time passes, for what is noticed by its absence.</summary>
    internal static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    private readonly SampleBatchPool _ticks = new(1, 1);
    private readonly DetectorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Shard[] _shards;
    private readonly ShardOutput[] _outputs;
    private readonly Channel<SampleBatch>[] _inputs;
    private readonly Channel<ScoreBatch> _output;

    /// <summary>Creates the shards and their channels; nothing runs yet.</summary>
    /// <param name="options">Settings; copied by use, they are immutable.</param>
    /// <param name="assignments">The models at hand for <see cref="DetectorOptions.Models"/>; their owner disposes them after this pipeline.</param>
    /// <param name="time">Clock for the batching delay and for how often drops are logged.</param>
    /// <param name="logger">Logger.</param>
    /// <param name="machines">What is known of the machines, asked in order; null for nothing.</param>
    public DetectorPipeline(DetectorOptions options, IReadOnlyList<ModelAssignment> assignments, TimeProvider time, ILogger<DetectorPipeline> logger, IReadOnlyList<MachineOptions>? machines = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _time = time;
        _logger = logger;
        int shards = options.Shards > 0 ? options.Shards : Math.Max(1, Environment.ProcessorCount / 2);
        Streams = new StreamRegistry(shards, options.MaxStreams);
        ScorePool = new ScoreBatchPool();
        _inputs = [.. Enumerable.Range(0, shards).Select(_ => Channel.CreateBounded<SampleBatch>(
            new BoundedChannelOptions(options.QueueBatches) { SingleReader = true, SingleWriter = false, FullMode = BoundedChannelFullMode.Wait }))];
        Inputs = [.. _inputs.Select(input => input.Writer)];
        _output = Channel.CreateBounded<ScoreBatch>(
            new BoundedChannelOptions(2 * shards) { SingleReader = true, SingleWriter = shards == 1, FullMode = BoundedChannelFullMode.Wait });
        Counters = new StageCounters("score", "block", () => _inputs.Sum(input => (long)input.Reader.Count));
        _outputs = [.. _inputs.Select(_ => new ShardOutput(ScorePool))];
        var ledger = new BlockLedger(Counters, time, logger);
        Grid = ledger.Grid;
        Models = new ModelRegister([.. options.Models.Select(model => model.Match).Concat(assignments.Select(assignment => assignment.Match)).Distinct()]);
        foreach (ModelAssignment assignment in assignments)
        {
            Models.Add(assignment);
        }

        _shards = [.. _outputs.Select(output => new Shard(options, Models, assignments, output, ledger, Streams, logger, machines))];
    }

    /// <summary>The models that are loaded, and which was live from when on.</summary>
    public ModelRegister Models { get; }

    /// <summary>The axes seen so far and their shards.</summary>
    public StreamRegistry Streams { get; }

    /// <summary>Pool of the batches on <see cref="Inputs"/>.</summary>
    public SampleBatchPool SamplePool { get; } = new();

    /// <summary>Pool of the batches on <see cref="Output"/>.</summary>
    public ScoreBatchPool ScorePool { get; }

    /// <summary>One input per shard; whoever writes completes them all at the end of the input.</summary>
    public IReadOnlyList<ChannelWriter<SampleBatch>> Inputs { get; }

    /// <summary>The scores of all shards; it completes when every shard is done.</summary>
    public ChannelReader<ScoreBatch> Output => _output.Reader;

    /// <summary>Counters of the scoring stage, in blocks.</summary>
    public StageCounters Counters { get; }

    /// <summary>What happened to the sample grids of all axes.</summary>
    public GridCounters Grid { get; }

    /// <summary>
    /// Begins with another revision than the configured one, or with a shadow, before <see cref="Restore"/>: what was in use at the journal's record behind
    /// which this run begins.
    /// </summary>
    public void Begin(ModelAssignment assignment)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        Models.Add(assignment);
        foreach (Shard shard in _shards)
        {
            int slot = shard.Models.SlotOf(assignment.Match);
            ModelLane lane = shard.Models.Find(slot, assignment.Model.Hash, assignment.Role)!;
            if (assignment.Role == ModelRole.Live)
            {
                shard.Models.SetLive(slot, lane);
            }
            else
            {
                shard.Models.SetShadow(slot, lane);
            }
        }
    }

    /// <summary>Begins an entry without a model, before <see cref="Restore"/>: at the record behind which this run begins it had none yet.</summary>
    public void BeginWithout(string match)
    {
        foreach (Shard shard in _shards)
        {
            shard.Models.SetLive(shard.Models.SlotOf(match), null);
        }
    }

    /// <summary>
    /// Prepares every shard for a revision, on the caller's thread and while the shards work, so that the command that follows only has to take it.
    /// </summary>
    /// <exception cref="ModelFileException">The model does not run.</exception>
    public void Offer(ModelAssignment assignment)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        foreach (Shard shard in _shards)
        {
            shard.Models.Offer(assignment);
        }

        Models.Add(assignment);
    }

    /// <summary>Takes back an offer that no command took.</summary>
    public void Withdraw(ModelAssignment assignment)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        Models.Remove(assignment);
        foreach (Shard shard in _shards)
        {
            shard.Models.Withdraw(assignment);
        }
    }

    /// <summary>
    /// Takes over stored states before <see cref="RunAsync"/>; the number of shards may be another than when they were stored. From then on a block whose
    /// <see cref="SampleBlock.JournalSequence"/> is at or below its axis's <see cref="StoredState.Sequence"/> is passed over, so the journal can be read from any
    /// record that is old enough. A damaged state is logged and left out; its axis starts anew.
    /// </summary>
    /// <returns>How many states were taken over.</returns>
    public int Restore(IEnumerable<StoredState> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        int restored = 0;
        foreach (StoredState state in states)
        {
            AxisStream? stream = null;
            if (!state.Id.IsMachine && !Streams.TryResolve(state.Id, out stream))
            {
                Log.StateWithoutRoom(_logger, state.Id, Streams.MaxStreams);
                continue;
            }

            restored += _shards[Streams.ShardOf(state.Id.Machine)].Restore(state, stream) ? 1 : 0;
        }

        return restored;
    }

    /// <summary>
    /// Runs all shards until their inputs end, then completes the output. A fault in one shard ends them all: it completes the inputs
    /// and the output too, so that nobody waits for a shard that is gone.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? fault = null;
        ITimer ticker = _time.CreateTimer(_ => Tick(), null, TickInterval, TickInterval);
        try
        {
            await Task.WhenAll([.. Enumerable.Range(0, _shards.Length).Select(i => Task.Run(() => RunShardAsync(i, stop), CancellationToken.None))]).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            fault = e;
            throw;
        }
        finally
        {
            await ticker.DisposeAsync().ConfigureAwait(false);
            _output.Writer.TryComplete(fault);
        }
    }

    // A full queue needs no tick: its shard is busy, and the next one comes soon.
    private void Tick()
    {
        foreach (Channel<SampleBatch> input in _inputs)
        {
            SampleBatch tick = _ticks.Rent();
            tick.IsTick = true;
            if (!input.Writer.TryWrite(tick))
            {
                tick.Dispose();
            }
        }
    }

    private async Task RunShardAsync(int index, CancellationTokenSource stop)
    {
        try
        {
            await new ShardStage(index, _shards[index], _outputs[index], _options, _time)
                .RunAsync(_inputs[index].Reader, _output.Writer, stop.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            foreach (Channel<SampleBatch> input in _inputs)
            {
                input.Writer.TryComplete(e);
            }

            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Releases the model tensors.</summary>
    public void Dispose()
    {
        foreach (Shard shard in _shards)
        {
            shard.Dispose();
        }

        foreach (ShardOutput output in _outputs)
        {
            output.Release();
        }
    }
}
