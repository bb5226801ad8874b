using Microsoft.Extensions.Logging;
using Thrum.Detector.Alarms;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Commands;
using Thrum.Detector.Machines;
using Thrum.Detector.Measures;
using Thrum.Detector.Operating;
using Thrum.Detector.Quality;
using Thrum.Detector.Questions;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;
using Thrum.Detector.Trends;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Pipeline;

/// <summary>
/// The state of the machines of one shard and the work on their samples: window, infer, score, alarm. One task owns it, so
/// nothing in it is locked.
/// </summary>
internal sealed class Shard : IDisposable
{
    private readonly DetectorOptions _options;
    private readonly ModelDesk _models;
    private readonly ShardOutput _output;
    private readonly BlockLedger _ledger;
    private readonly MeasureDesk _measures;
    private readonly ILogger _logger;
    private readonly ShardStates _states;
    private readonly CommandDesk _desk;
    private readonly TrendDesk _trends;
    private readonly JointDesk _joints;
    private readonly FittingDesk _fittings;
    private readonly CutTable _cuts;
    private readonly OperatingDoor _door;
    private readonly ReadAhead _readAhead;
    private bool _isJournalled;
    private bool _isOpen;

    /// <param name="options">Settings.</param>
    /// <param name="register">The entries for models, and the revisions at hand.</param>
    /// <param name="assignments">The models it begins with.</param>
    /// <param name="output">Where scores go.</param>
    /// <param name="ledger">Counts blocks, shared by all shards.</param>
    /// <param name="streams">Where joint axes are made known.</param>
    /// <param name="logger">Logger.</param>
    /// <param name="machines">What is known of the machines; null for nothing.</param>
    public Shard(
        DetectorOptions options,
        ModelRegister register,
        IReadOnlyList<ModelAssignment> assignments,
        ShardOutput output,
        BlockLedger ledger,
        StreamRegistry streams,
        ILogger logger,
        IReadOnlyList<MachineOptions>? machines = null)
    {
        _options = options;
        _cuts = new CutTable(options);
        Models = new ModelSlots(register, assignments, options.MaxBatch, output, logger);
        _output = output;
        _ledger = ledger;
        _measures = new MeasureDesk(options.Measures, machines ?? [], output);
        _trends = new TrendDesk(options.Trends, output);
        _logger = logger;
        var operating = new OperatingDesk(options.Operating, streams, options.Lateness);
        _states = new ShardStates(new VoteDesk(options.Votes, output), operating.OpenMachine);
        _door = new OperatingDoor(operating, _states, ledger, Take, logger);
        _readAhead = new ReadAhead(_states);
        _desk = new CommandDesk(_states, output);
        _joints = new JointDesk(_states, streams, ledger, output, logger, OpenTrends);
        _fittings = new FittingDesk(options.Baseline, _joints, _cuts, output, logger);
        _models = new ModelDesk(_states, Models, register, Refit);
    }

    /// <summary>The lanes of the models.</summary>
    public ModelSlots Models { get; }

    /// <summary>Applies an operator's command once all windows before it are scored.</summary>
    public void Apply(SequencedCommand sequenced)
    {
        Open();
        FlushLanes();
        var result = new CommandResult(CommandOutcome.Unavailable, "the gateway stops");
        try
        {
            result = sequenced.Command.IsOfModel
                ? _models.Apply(sequenced.Command, sequenced.Sequence)
                : _desk.Apply(sequenced.Command, sequenced.Sequence);
        }
        finally
        {
            sequenced.Complete(result);
        }
    }

    /// <summary>Answers a question once all windows before it are scored.</summary>
    public void Answer(AxisQuestion question)
    {
        FlushLanes();
        question.AnswerFrom(_states);
    }

    /// <summary>Takes the blocks of a batch.</summary>
    public void Process(SampleBatch batch)
    {
        ReadOnlySpan<SampleBlock> blocks = batch.Blocks;
        for (int i = 0; i < blocks.Length; i++)
        {
            if (i % ReadAhead.Blocks == 0)
            {
                _readAhead.States(blocks.Slice(i, Math.Min(ReadAhead.Blocks, blocks.Length - i)));
            }

            ReadOnlySpan<float> samples = batch.Samples(blocks[i]);
            _readAhead.Samples(samples);
            Process(blocks[i], samples);
        }
    }

    /// <summary>Takes one block of samples.</summary>
    public void Process(in SampleBlock block, ReadOnlySpan<float> samples)
    {
        _isJournalled |= block.JournalSequence != 0;
        Open();
        if (!_door.TryHold(block, samples))
        {
            Take(block, samples);
        }
    }

    /// <summary>The first thing comes: everything is restored.</summary>
    private void Open()
    {
        if (!_isOpen)
        {
            _isOpen = true;
            _door.Open();
        }
    }

    private void Take(in SampleBlock block, ReadOnlySpan<float> samples)
    {
        AxisState? state = _states.Find(block.Stream);
        if (state is not null && block.JournalSequence != 0 && block.JournalSequence <= state.RestoredSequence)
        {
            // The restored state holds its effect already; the run before counted it.
            return;
        }

        if (state is null ? IsJoint(block.Stream.Id) : state.Joint is not null)
        {
            _ledger.Count(block.Stream, BlockOutcome.Reserved, BlockHead.Of(block));
            return;
        }

        state = Prepare(state, block);
        state.Append(block, samples);
    }

    /// <summary>
    /// The input ended: without a journal, what waits for blocks before it does so no longer. With one it is in the checkpoint, and goes on waiting in the next run.
    /// </summary>
    public void End()
    {
        if (_isJournalled)
        {
            return;
        }

        _door.Release();
        foreach (AxisState axis in _states.Machines.SelectMany(machine => machine.Axes))
        {
            axis.Release();
        }
    }

    /// <summary>Another <see cref="DetectorPipeline.TickInterval"/> has passed.</summary>
    public void Tick()
    {
        foreach (MachineState machine in _states.Machines)
        {
            foreach (AxisState axis in machine.Axes)
            {
                axis.Tick();
            }
        }
    }

    /// <summary>Scores the windows that wait for others.</summary>
    public void FlushLanes() => Models.Flush();

    /// <summary>Writes what changed since the last barrier, see <see cref="ShardStates.Save(ShardCheckpoint, int)"/>. Nothing may wait in a lane.</summary>
    public int Save(ShardCheckpoint checkpoint, int firstMachine) => _states.Save(checkpoint, firstMachine);

    /// <summary>
    /// Takes over a stored state before the first block. False when it is damaged: what it belongs to starts anew, and takes whatever the journal still holds.
    /// </summary>
    /// <param name="stored">The state.</param>
    /// <param name="stream">The axis; null for a machine's own state.</param>
    public bool Restore(in StoredState stored, AxisStream? stream)
    {
        _isJournalled = true;
        if (!CheckpointReader.TryOpen(stored.Bytes.Span, out CheckpointReader reader, out string fault))
        {
            Log.StateDamaged(_logger, stored.Id, fault);
            return false;
        }

        if (!(stream is null ? RestoreMachine(stored, ref reader) : RestoreAxis(stored, stream, ref reader)))
        {
            Log.StateDamaged(_logger, stored.Id, "it ends too early");
            return false;
        }

        return true;
    }

    public void Dispose() => Models.Dispose();

    private bool RestoreMachine(in StoredState stored, ref CheckpointReader reader)
    {
        MachineState machine = _states.Machine(stored.Id.Machine);
        if (!machine.TryLoad(ref reader))
        {
            return false;
        }

        machine.RestoredSequence = stored.Sequence;
        ReportUnfit(stored.Id, machine.Parts.Unfit);
        return true;
    }

    private bool RestoreAxis(in StoredState stored, AxisStream stream, ref CheckpointReader reader)
    {
        // Rate and revisions choose the lanes, the lanes what the other parts must fit.
        CheckpointReader ahead = reader;
        double rate = StoredAxis.ReadSampleRate(ref ahead);
        if (double.IsNaN(rate))
        {
            return false;
        }

        // A joint axis comes to be with the first of its axes.
        (string revision, string shadow) = StoredAxis.ReadRevisions(reader);
        AxisState state = _states.Find(stream) ?? Create(stream, rate, Models.FindLive(stream.Id, revision));
        state.SetShadow(Models.FindShadow(state, shadow));
        if (!state.TryLoad(ref reader, out IReadOnlyList<string> unfit))
        {
            return false;
        }

        state.RestoredSequence = stored.Sequence;
        ReportUnfit(stored.Id, unfit);
        return true;
    }

    private void ReportUnfit(AxisId id, IReadOnlyList<string> unfit)
    {
        if (unfit.Count > 0)
        {
            Log.StateUnfit(_logger, id, string.Join(", ", unfit));
        }
    }

    /// <summary>The state that takes the block: made at the axis's first block, and moved to another lane when its rate changed.</summary>
    private AxisState Prepare(AxisState? state, in SampleBlock block)
    {
        if (state is null)
        {
            state = Create(block.Stream, block.SampleRateHz, LiveOrNull(Models.IndexOf(block.Stream.Id)));
            SetShadow(state);
        }
        else if (state.SampleRateHz != block.SampleRateHz)
        {
            // A model fits one rate only. What waits of the old rate leaves first: the windows of an axis stay in time order.
            state.OnGridEvent(GridEvent.RateChange);
            state.Flush();
            FlushLanes();
            int index = Models.IndexOf(block.Stream.Id);
            Fitting fitting = _fittings.Fit(state.Stream.Id, LiveOrNull(index), block.SampleRateHz);
            state.Switch(block.SampleRateHz, fitting.Lane, fitting.Options);
            Attach(state, fitting, isCutAnew: true);
            SetShadow(state);
            _fittings.Report(state, LiveOrNull(index));
        }

        return state;
    }

    /// <summary>Moves an axis to what its entry has for it now, windows and alarms with it. Nothing may wait in a lane.</summary>
    private void Refit(AxisState state, OperatorWord word)
    {
        int index = Models.IndexOf(state.Stream.Id);
        ModelLane? live = LiveOrNull(index);
        if (state.Joint is not null)
        {
            _joints.Refit(state, live, _cuts.Of(1, 1), word);
            SetShadow(state);
            return;
        }

        Fitting fitting = _fittings.Fit(state.Stream.Id, live, state.SampleRateHz);
        bool isCutAnew = !state.IsCutAs(fitting.Options);
        if (!isCutAnew)
        {
            state.Enter(fitting.Lane);
        }
        else
        {
            // Windows of another length sit on another grid. What the old one holds leaves first.
            state.Flush();
            FlushLanes();
            state.Switch(state.SampleRateHz, fitting.Lane, fitting.Options);
        }

        Attach(state, fitting, isCutAnew);
        SetShadow(state);
        state.Adopt(RulesOf(live), word, _output);
        state.IsReported = false;
        _fittings.Report(state, live);
    }

    /// <summary>Gives an axis that enters a lane what goes with it.</summary>
    private void Attach(AxisState state, in Fitting fitting, bool isCutAnew)
    {
        if (state.Member is { } member && member.Joint != fitting.Joint)
        {
            member.Joint.Leave(state);
        }

        state.Member = fitting.Joint?.Join(state);
        state.SetBaseline(fitting.Baseline, fitting.Learns);
        if (isCutAnew)
        {
            state.Measures = _measures.Open(state.Stream, state.SampleRateHz, fitting.Options.WindowSamples, fitting.Options.HopSamples, state.Gate?.Speed);
        }
    }

    /// <summary>Has the shadow of its entry score an axis beside its model, or the joint axis that it belongs to, where there is one for these windows.</summary>
    private void SetShadow(AxisState state)
    {
        state.SetShadow(Models.ShadowFor(Models.IndexOf(state.Stream.Id), state));
        if (state.Member is { Joint.Axis: var joint })
        {
            joint.SetShadow(Models.ShadowFor(Models.IndexOf(joint.Stream.Id), joint));
        }
    }

    /// <summary>True for the name of a sensor's joint axis.</summary>
    private bool IsJoint(AxisId axis) => axis.Axis == AxisId.Joint && LiveOrNull(Models.IndexOf(axis)) is { } lane && lane.Assignment.Model.Metadata.Axes.IsJoint;

    /// <summary>The rules on an axis by itself; those of a joint model are on its joint axis.</summary>
    private static IReadOnlyList<AlarmRule> RulesOf(ModelLane? model) =>
        model is null || model.Assignment.Model.Metadata.Axes.IsJoint ? [] : model.Model.Rules;

    private ModelLane? LiveOrNull(int index) => index < 0 ? null : Models.Live(index);

    private AxisState Create(AxisStream stream, double sampleRateHz, ModelLane? model)
    {
        Fitting fitting = _fittings.Fit(stream.Id, model, sampleRateHz);
        if (fitting.Joint is { } joint && joint.Axis.Stream == stream)
        {
            return joint.Axis;
        }

        var state = new AxisState(stream, RulesOf(model), sampleRateHz, fitting.Lane, fitting.Options, Aids(stream.Id));
        Attach(state, fitting, isCutAnew: true);
        _states.Add(state);
        _fittings.Report(state, model);
        return state;
    }

    private AxisTrends? OpenTrends(AxisId axis) => _trends.Open(axis, _measures.ProfileOf(axis).Limits);

    private AxisAids Aids(AxisId axis) => new(
        _ledger,
        _options.Quality.Enabled ? new QualityMonitor(axis, _options.Quality, _output) : null,
        OpenTrends(axis),
        _door.GateOf(axis));
}
