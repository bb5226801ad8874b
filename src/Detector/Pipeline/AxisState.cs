using System.Diagnostics.CodeAnalysis;
using Thrum.Detector.Alarms;
using Thrum.Detector.Baselines;
using Thrum.Detector.Calibration;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Commands;
using Thrum.Detector.Evidence;
using Thrum.Detector.Machines;
using Thrum.Detector.Measures;
using Thrum.Detector.Operating;
using Thrum.Detector.Quality;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Stages;
using Thrum.Detector.Trends;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Pipeline;

/// <summary>
/// Everything a shard keeps of one axis. Its windows go to a lane in the order they are cut; its alarms outlive a change of rate.
/// </summary>
internal sealed class AxisState : IWindowReceiver, ICheckpointed
{
    private readonly AxisAids _aids;
    private readonly AxisAlarms _alarms;
    private long _arrivalUnixNs;
    private int _idleTicks;
    private Windower _windower;
    private WindowerOptions _cut;
    private ILane _lane;

    /// <param name="stream">The axis.</param>
    /// <param name="rules">The rules of the model that its name matches, whether or not its rate fits.</param>
    /// <param name="sampleRateHz">Rate of the first block.</param>
    /// <param name="lane">Where the windows go.</param>
    /// <param name="options">How they are cut.</param>
    /// <param name="aids">What goes with the windows.</param>
    public AxisState(AxisStream stream, IReadOnlyList<AlarmRule> rules, double sampleRateHz, ILane lane, WindowerOptions options, AxisAids aids)
    {
        _aids = aids;
        Stream = stream;
        _alarms = new AxisAlarms(stream, rules, [.. aids.Trends?.Alarms ?? []]);
        Levels = new OwnLevels(this);
        Calibration = new AxisCalibration(this);
        Switch(sampleRateHz, lane, options);
    }

    public AxisStream Stream { get; }
    public double SampleRateHz { get; private set; }

    public LaneModel Model => _lane.Model;

    /// <summary>Where its windows go.</summary>
    public ILane Lane => _lane;

    /// <summary>The levels that operators gave its rules.</summary>
    public OwnLevels Levels { get; }

    /// <summary>What its windows are judged by.</summary>
    public AxisCalibration Calibration { get; }

    /// <summary>The bands of speed or load that it is judged in; empty where there are none.</summary>
    public IReadOnlyList<OperatingBand> Bands => Joint?.Bands ?? Gate?.Bands ?? [];

    /// <summary>The band of speed or load that the newest window lies in; null without bands.</summary>
    public OperatingBand? Band { get; set; }

    /// <summary>The least level at which the score raises an alarm; NaN when there is none.</summary>
    public float ScoreThreshold => Levels.ScoreThreshold ?? Calibration.Yardstick.ScoreThreshold;

    /// <summary>The alarms that look at scored windows.</summary>
    public AlarmTracker[] Alarms => _alarms.OfScores;

    /// <summary>Those that look at its model's scores.</summary>
    public AlarmTracker[] ModelAlarms => _alarms.OfModel;

    /// <summary>Those that look at its baseline's scores.</summary>
    public AlarmTracker[] BaselineAlarms => _alarms.OfBaseline;

    /// <summary>Who says whether the machine runs; null when it always counts as running.</summary>
    public OperatingGate? Gate => _aids.Gate;

    /// <summary>What a joint axis is made of, where this is one.</summary>
    public JointState? Joint { get; set; }

    /// <summary>The joint axis that this axis's samples go to; null where it is scored by itself.</summary>
    public JointMember? Member { get; set; }

    /// <summary>Those and the ones over days.</summary>
    public AlarmTracker[] AllAlarms => _alarms.All;

    /// <summary>Its trends; null where none is wanted.</summary>
    public AxisTrends? Trends => _aids.Trends;

    /// <summary>The measurement buffer; null where none is wanted.</summary>
    public AxisMeasures? Measures { get; set; }

    /// <summary>What is known of it without a model; null where that is not wanted.</summary>
    public AxisBaselines? Baselines { get; private set; }

    /// <summary>True once the log said that no model fits.</summary>
    public bool IsReported { get; set; }

    /// <summary>True when the state changed since the last checkpoint.</summary>
    public bool IsDirty { get; set; }

    /// <summary>The last journal record that the state holds the effect of, as restored; 0 when nothing was.</summary>
    public long RestoredSequence { get; set; }

    /// <summary>Whether its machine is under maintenance; null before it belongs to one.</summary>
    public MaintenanceMode? Maintenance { get; set; }

    /// <summary>Its votes in the alarms of its machine.</summary>
    public (MachineVote Vote, Voter Voter)[] Votes { get; set; } = [];

    /// <summary>The state of the most severe alarm that is not normal. Of an axis of a joint one without its baseline's, which go ahead of the joint windows.</summary>
    public AlarmState State => AxisAlarms.MostSevere(Member is null ? AllAlarms : _alarms.OverDays);

    /// <summary>What a shadow model would do; null without one.</summary>
    public ShadowState? Shadow { get; private set; }

    public void Append(in SampleBlock block, ReadOnlySpan<float> samples)
    {
        IsDirty = true;
        Touch();
        _arrivalUnixNs = block.ArrivalUnixNs;
        _aids.Quality?.NoteArrival(_arrivalUnixNs);
        _windower.Append(BlockHead.Of(block), samples, this);
        Member?.Joint.Settle();
    }

    /// <summary>Other axes of its joint axis have come to this time.</summary>
    public void Advance(long unixNs) => _windower.Advance(unixNs, this);

    /// <summary>Reads what a block will need, so that it is in the cache when its turn comes, see <see cref="ReadAhead"/>; what it gives means nothing.</summary>
    public int Warm() => _idleTicks + _windower.Warm() + (_aids.Quality?.Warm() ?? 0) + (Measures?.Warm() ?? 0) + _alarms.Warm() + (int)Calibration.Yardstick.ScoreThreshold;

    /// <summary>A message came, though it may wait.</summary>
    public void Touch() => _idleTicks = 0;

    /// <summary>Another <see cref="DetectorPipeline.TickInterval"/> has passed.</summary>
    public void Tick()
    {
        _idleTicks = Math.Min(_idleTicks + 1, int.MaxValue - 1);
        IsDirty |= _aids.Quality?.TakeSilence(_idleTicks * DetectorPipeline.TickInterval) ?? false;
    }

    /// <summary>A command for its machine came at this time by the clock on the wall; a tick is early by its interval at most.</summary>
    public void TakeTime(long wallUnixNs) => IsDirty |= _aids.Quality?.TakeTime(wallUnixNs + UnixTime.ToNs(DetectorPipeline.TickInterval)) ?? false;

    /// <summary>The alarm of a rule, be it on scores, on trends or on the data; null when there is none.</summary>
    public AlarmTracker? FindAlarm(string ruleId) => Array.Find(AllAlarms, alarm => alarm.RuleId == ruleId) ?? _aids.Quality?.Find(ruleId);

    /// <summary>Takes the blocks that wait for others before them; the grid goes on.</summary>
    public void Release()
    {
        _windower.Release(this);
        Member?.Joint.Settle();
    }

    /// <summary>Ends the sample grid; a partial window leaves as a gap.</summary>
    public void Flush()
    {
        _windower.Flush(this);
        Member?.Joint.Settle();
    }

    /// <summary>True when windows are cut so already.</summary>
    public bool IsCutAs(WindowerOptions options) => options == _cut;

    /// <summary>Cuts what comes from now on for another lane; nothing of this axis may wait in the old one.</summary>
    [MemberNotNull(nameof(_windower), nameof(_lane), nameof(_cut))]
    public void Switch(double sampleRateHz, ILane lane, WindowerOptions options)
    {
        SampleRateHz = sampleRateHz;
        _cut = options;
        _windower = new Windower(options);
        Enter(lane);
    }

    /// <summary>Gives what comes from now on to another lane that takes the same windows, on the same grid; nothing of this axis may wait in the old one.</summary>
    [MemberNotNull(nameof(_lane))]
    public void Enter(ILane lane)
    {
        _lane = lane;
        Calibration.Apply();
    }

    /// <summary>Has a baseline score it, by itself or beside the model in whose lane it is, or none. What is known of the axis stays while its windows do.</summary>
    /// <param name="lane">The baseline's lane; null for none.</param>
    /// <param name="learns">True where no model is assigned, so that one may be learned.</param>
    public void SetBaseline(BaselineLane? lane, bool learns)
    {
        bool stays = Baselines is { } known && known.Lane == lane && known.SampleRateHz == SampleRateHz;
        Baselines = lane is null ? null : stays ? Baselines : new AxisBaselines(lane, SampleRateHz, Gate?.Bands ?? []);
        if (!stays)
        {
            Calibration.ForgetBaseline();
        }

        Baselines?.Place(isBeside: lane != _lane, learns, Gate);
        if (lane is not null && _alarms.Watch(lane.Model.Rules, Maintenance is { IsOn: true }))
        {
            BindVotes();
        }
    }

    /// <summary>Has a shadow model score the same windows, or none; nothing of this axis may wait in the old one's lane.</summary>
    public void SetShadow(ModelLane? lane)
    {
        if (Shadow?.Lane != lane)
        {
            Shadow = lane is null ? null : new ShadowState(Stream.Id, lane);
        }
    }

    /// <summary>Goes on under other rules: an alarm whose rule has the same id keeps its state, one whose rule is gone ends.</summary>
    public void Adopt(IReadOnlyList<AlarmRule> rules, in OperatorWord word, ITransitionReceiver receiver)
    {
        _alarms.Adopt(rules, Baselines?.Lane.Model.Rules ?? [], Maintenance is { IsOn: true }, word, receiver);
        Calibration.Apply();
        BindVotes();
    }

    /// <summary>Maintenance begins or ends: it suppresses all alarms, those of the data's quality too, and the machine is learned anew behind it.</summary>
    public void Suppress(bool on, in OperatorWord word, ITransitionReceiver? receiver)
    {
        _alarms.Suppress(on, word, receiver);
        _aids.Quality?.Suppress(on, word);
        Trends?.Restart();
    }

    /// <summary>Gives a transition that a window caused its evidence.</summary>
    /// <param name="transition">The transition.</param>
    /// <param name="alarm">Its alarm.</param>
    /// <param name="scorer">What scored the window.</param>
    /// <param name="metrics">The window's metrics.</param>
    /// <param name="view">The window as its scorer saw it.</param>
    public AlarmTransition Explain(AlarmTransition transition, AlarmTracker alarm, LaneModel scorer, ReadOnlySpan<float> metrics, ModelView view)
    {
        CalibrationTable? calibration = scorer == Model ? Calibration.Yardstick.Calibration : null;
        var decision = EvidenceDecision.Of(transition, alarm, scorer.Description, metrics, calibration) with { Calibration = scorer == Model ? Calibration.Name : "" };
        return Joint?.Explain(transition, alarm.LeadingMetric(metrics), view, decision)
            ?? Measures?.Explain(transition, view, decision, [], isAtWindow: Member is null) ?? transition;
    }

    /// <summary>A window was scored: of a joint one, the scores of its axes go behind it.</summary>
    public void OnScored(in WindowScore window, ModelView view, ScoreBatch batch)
    {
        Measures?.OnScored(window.TimeUnixNs);
        Joint?.OnScored(window, view, batch);
    }

    public void Save(CheckpointWriter writer)
    {
        writer.Write(SampleRateHz);
        Parts().Save(writer);
    }

    public bool TryLoad(ref CheckpointReader reader) => TryLoad(ref reader, out _);

    /// <summary>Takes over a saved state, and says which parts of it did not fit.</summary>
    public bool TryLoad(ref CheckpointReader reader, out IReadOnlyList<string> unfit)
    {
        // The caller chose lane and cut by it already.
        _ = StoredAxis.ReadSampleRate(ref reader);
        CheckpointParts parts = Parts();
        bool isWhole = parts.TryLoad(ref reader);
        unfit = parts.Unfit;
        return isWhole;
    }

    public void OnWindow(ReadOnlySpan<float> samples, long lastSampleUnixNs)
    {
        WindowStatus status = StatusOf(samples, lastSampleUnixNs);
        if (status.IsIdle())
        {
            // What a machine does while it stands still or starts is no measure of it.
            Measures?.End(_lane);
        }
        else
        {
            Measure(samples, lastSampleUnixNs, _lane, status);
        }

        if (status == WindowStatus.Valid)
        {
            _lane.Add(this, samples, lastSampleUnixNs);
            Shadow?.Lane.Add(this, samples, lastSampleUnixNs);
        }
        else
        {
            _lane.AddUnscored(this, lastSampleUnixNs, status);
        }
    }

    /// <summary>Takes the samples of a window while the machine runs.</summary>
    public void Measure(ReadOnlySpan<float> samples, long lastSampleUnixNs, ILane lane, WindowStatus status)
    {
        if (Measures is { } measures && measures.Take(samples, lastSampleUnixNs, lane))
        {
            measures.Measure(status == WindowStatus.Maintenance ? null : Trends);
        }
    }

    /// <summary>A window was judged, with or without a score; its alarms are what they are after it.</summary>
    public void OnJudged(in WindowScore window)
    {
        Trends?.Take(window, Measures);
        Vote(window.TimeUnixNs);
    }

    /// <summary>Tells the votes of its machine how its alarms stand behind a window.</summary>
    public void Vote(long windowUnixNs)
    {
        foreach ((MachineVote vote, Voter voter) in Votes)
        {
            vote.Take(voter, windowUnixNs);
        }
    }

    public void OnBlock(BlockOutcome outcome, in BlockHead block)
    {
        _aids.Ledger.Count(Stream, outcome, block);
        if (outcome == BlockOutcome.Accepted)
        {
            _aids.Quality?.TakeMessage(block, _arrivalUnixNs);
        }
    }

    public void OnSamples(ReadOnlySpan<float> samples, in SampleGrid grid, long firstIndex)
    {
        _aids.Quality?.TakeSamples(samples, grid, firstIndex);
        Member?.Joint.Take(Member.Queue, samples, grid, firstIndex);
    }

    public int Portion(int count) => Math.Min(count, Baselines?.Beside?.Missing ?? count);

    public void OnCut(ReadOnlySpan<float> samples, in SampleGrid grid, long firstIndex) => Baselines?.Beside?.Take(this, samples, grid, firstIndex);

    public void OnGridEnd(in SampleGrid grid, long next)
    {
        _aids.Quality?.TakeGridEnd(grid, next);
        Baselines?.Beside?.End();
        Member?.Queue.End();
    }

    public void OnGridEvent(GridEvent gridEvent, long count = 1) => _aids.Ledger.Grid.Add(gridEvent, count);

    public void OnNumberBreak(uint due, uint found) => _aids.Ledger.NoteNumberBreak(Stream, due, found);

    public void OnStepBack(long dueUnixNs, long foundUnixNs) => _aids.Quality?.TakeStepBack(dueUnixNs, foundUnixNs);

    public void OnGap(long lastSampleUnixNs)
    {
        Measures?.End(_lane);
        _lane.AddUnscored(this, lastSampleUnixNs, WindowStatus.Gap);
    }

    private void BindVotes()
    {
        foreach ((MachineVote vote, Voter voter) in Votes)
        {
            vote.Bind(voter, Alarms);
        }
    }

    /// <summary>What is saved beside the rate, put together when it is: there are very many axes.</summary>
    private CheckpointParts Parts()
    {
        var parts = new CheckpointParts();
        _alarms.AddTo(parts);
        parts.AddIfAny("trends", Trends);
        parts.AddIfAny("quality", _aids.Quality);
        parts.AddIfAny("operating", Gate);
        parts.Add(ModelMark.Part, new ModelMark(Model.Revision));
        parts.Add(AxisCalibration.Part, Calibration);
        parts.Add(OwnLevels.Part, Levels);
        // The windows of a joint axis are cut by what it is made of, for whatever model it has by now.
        parts.AddIfAny("windows", Joint is null ? _windower : null);
        Baselines?.AddTo(parts);
        parts.AddIfAny("joint", Joint);
        parts.AddIfAny("measures/3", Measures);
        parts.AddIfAny(ShadowState.Part, Shadow);
        return parts;
    }

    private WindowStatus StatusOf(ReadOnlySpan<float> samples, long lastSampleUnixNs)
    {
        // Without a model nothing is scored anyway, and why is worth more.
        WindowStatus status = Model == LaneModel.None ? WindowStatus.Valid : Gate?.Judge(samples, lastSampleUnixNs, SampleRateHz) ?? WindowStatus.Valid;
        Band = Gate?.Band;
        return Maintenance is { IsOn: true } ? WindowStatus.Maintenance : status;
    }
}
