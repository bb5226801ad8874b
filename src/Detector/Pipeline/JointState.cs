using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Thrum.Detector.Alarms;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Evidence;
using Thrum.Detector.Models;
using Thrum.Detector.Operating;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Stages;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Pipeline;

/// <summary>
/// The axes of a sensor that one model sees together. Each axis orders its own samples and gives them here, where the joint windows are cut; they
/// are scored under the sensor's axis <see cref="AxisId.Joint"/>, which has the alarms.
/// </summary>
internal sealed class JointState : IJointReceiver, ICheckpointed
{
    private readonly ILogger _logger;
    private ModelMetadata _model;
    private JointQueue[] _queues;
    private AxisState?[] _axes;
    private JointCutter _cutter;
    private bool _isIdle;
    private int _explaining;

    /// <param name="axis">What is kept of the sensor's joint axis; its windows come from here and go to its lane.</param>
    /// <param name="lane">Lane of the model.</param>
    /// <param name="waitNs">How far in stream time an axis may come after the others.</param>
    /// <param name="logger">Logger.</param>
    public JointState(AxisState axis, ModelLane lane, long waitNs, ILogger logger)
    {
        Axis = axis;
        _logger = logger;
        axis.Joint = this;
        Switch(lane, waitNs);
    }

    /// <summary>The bands of speed or load of its axes; empty where there are none.</summary>
    public IReadOnlyList<OperatingBand> Bands => _axes.Select(axis => axis?.Gate?.Bands).FirstOrDefault(bands => bands is { Count: > 0 }) ?? [];

    /// <summary>What is kept of the joint axis.</summary>
    public AxisState Axis { get; }

    private ILane Lane => Axis.Lane;

    private IReadOnlyList<string> Names => _model.Axes.Names;

    /// <summary>True when joint windows for a model are cut as they are now.</summary>
    public bool IsFor(ModelMetadata model) => model.TakesWindowsOf(_model);

    /// <summary>Begins anew for a model; its axes have to join again.</summary>
    [MemberNotNull(nameof(_model), nameof(_queues), nameof(_axes), nameof(_cutter))]
    public void Switch(ModelLane lane, long waitNs)
    {
        _model = lane.Assignment.Model.Metadata;
        _axes = new AxisState?[_model.Axes.Count];
        _queues = [.. Enumerable.Range(0, _axes.Length).Select(i => new JointQueue { Axis = Names.ElementAtOrDefault(i) ?? "" })];
        _cutter = new JointCutter(_queues, _model.WindowSamples, _model.HopSamples, waitNs, _model.SampleRateHz);
        (_isIdle, _explaining) = (false, 0);
        Axis.Enter(lane);
    }

    /// <summary>Ends the joint grid.</summary>
    public void Flush()
    {
        Touch();
        _cutter.Flush(this);
    }

    /// <summary>False when all places are taken by other axes.</summary>
    public bool HasPlaceFor(string axis) => PlaceOf(axis) >= 0;

    /// <summary>Gives an axis its place, which there must be.</summary>
    public JointMember Join(AxisState axis)
    {
        string name = axis.Stream.Id.Axis;
        int place = PlaceOf(name);
        JointQueue joined = _queues[place];
        joined.Axis = name;
        _axes[place] = axis;
        if (Names.Count == 0 && Array.TrueForAll(_queues, queue => queue.Axis.Length > 0))
        {
            // Which one came first must not matter.
            Array.Sort(_queues, _axes, Comparer<JointQueue>.Create((a, b) => string.CompareOrdinal(a.Axis, b.Axis)));
        }

        return new JointMember(this, joined);
    }

    /// <summary>Forgets an axis, whose place stays.</summary>
    public void Leave(AxisState axis)
    {
        int place = Array.IndexOf(_axes, axis);
        if (place >= 0)
        {
            _queues[place].End();
            _axes[place] = null;
        }
    }

    /// <summary>Takes the next samples of an axis's grid.</summary>
    public void Take(JointQueue queue, ReadOnlySpan<float> samples, in SampleGrid grid, long firstIndex) =>
        _cutter.Append(queue, samples, grid, firstIndex, this);

    /// <summary>Cuts what can be cut, after an axis took a block: what the other axes hold back waits no longer than this one's.</summary>
    public void Settle()
    {
        Touch();
        foreach (AxisState? axis in _axes)
        {
            axis?.Advance(_cutter.NewestUnixNs);
        }

        _cutter.Cut(this);
    }

    public void OnWindow(ReadOnlySpan<float> samples, long lastSampleUnixNs)
    {
        WindowStatus status = StatusOf(samples, lastSampleUnixNs);
        bool isIdle = status.IsIdle();
        for (int i = 0; i < _axes.Length; i++)
        {
            if (!isIdle)
            {
                _axes[i]?.Measure(OfAxis(samples, i), lastSampleUnixNs, Lane, status);
            }
            else if (!_isIdle)
            {
                _axes[i]?.Measures?.End(Lane);
            }
        }

        _isIdle = isIdle;
        if (status == WindowStatus.Valid)
        {
            Lane.Add(Axis, samples, lastSampleUnixNs);
            Axis.Shadow?.Lane.Add(Axis, samples, lastSampleUnixNs);
        }
        else
        {
            Lane.AddUnscored(Axis, lastSampleUnixNs, status);
        }
    }

    public void OnGap(long lastSampleUnixNs) => End(lastSampleUnixNs, WindowStatus.Gap);

    public void OnMisaligned(long lastSampleUnixNs) => End(lastSampleUnixNs, WindowStatus.Misaligned);

    public void OnUnpaired(long count) => Axis.OnGridEvent(GridEvent.Unpaired, count);

    public void OnMissing(long sinceUnixNs)
    {
        string missing = string.Join(", ", _queues.Where(queue => queue.IsNew).Select(queue => queue.Axis.Length > 0 ? queue.Axis : "one more"));
        if (missing.Length > 0)
        {
            Log.JointAxisMissing(_logger, Axis.Stream.Id, missing);
        }

        Lane.AddUnscored(Axis, sinceUnixNs, WindowStatus.Gap);
    }

    /// <summary>Gives a transition the evidence of the axis whose metric is the greatest, and what each axis has of it.</summary>
    public AlarmTransition Explain(AlarmTransition transition, int metric, ModelView view, EvidenceDecision decision)
    {
        if (transition.IsRaise)
        {
            _explaining = view.WorstAxis(metric);
        }

        return _axes[_explaining]?.Measures is { } measures
            ? measures.Explain(transition, view.OfAxis(_explaining), decision, Contributions(metric, view))
            : transition;
    }

    /// <summary>A joint window was scored.</summary>
    public void OnScored(in WindowScore joint, ModelView view, ScoreBatch batch)
    {
        for (int i = 0; i < _axes.Length; i++)
        {
            if (_axes[i] is not { } axis)
            {
                continue;
            }

            axis.Measures?.OnScored(joint.TimeUnixNs);
            ReadOnlySpan<float> values = view.AxisValues(i);
            WindowScore window = joint with { Stream = axis.Stream, State = axis.State, Score = values[0], PValue = float.NaN, Threshold = float.NaN };
            batch.Append(window, values);
            axis.Trends?.Take(window, axis.Measures);
        }
    }

    public void Save(CheckpointWriter writer)
    {
        writer.Write(_queues.Length);
        foreach (JointQueue queue in _queues)
        {
            writer.Write(queue.Axis);
        }

        writer.Write(_isIdle);
        writer.Write(_explaining);
        _cutter.Save(writer);
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        if (reader.ReadInt32() != _queues.Length)
        {
            return false;
        }

        string[] names = new string[_queues.Length];
        foreach (ref string name in names.AsSpan())
        {
            name = reader.ReadString();
        }

        (_isIdle, _explaining) = (reader.ReadBoolean(), reader.ReadInt32());
        bool fits = reader.IsValid && (Names.Count == 0 || names.SequenceEqual(Names)) && _explaining >= 0 && _explaining < _queues.Length;
        if (!fits)
        {
            (_isIdle, _explaining) = (false, 0);
            return false;
        }

        AxisState[] joined = [.. _axes.OfType<AxisState>()];
        for (int i = 0; i < names.Length; i++)
        {
            _queues[i].Axis = names[i];
            _axes[i] = Array.Find(joined, axis => axis.Stream.Id.Axis == names[i]);
        }

        return _cutter.TryLoad(ref reader);
    }

    /// <summary>Joint windows go into the gate, the measures and the trends of each axis, of one that sent nothing itself since the last checkpoint too.</summary>
    private void Touch()
    {
        Axis.IsDirty = true;
        foreach (AxisState? axis in _axes)
        {
            axis?.IsDirty = true;
        }
    }

    private int PlaceOf(string axis)
    {
        int place = Array.FindIndex(_queues, queue => queue.Axis == axis);
        return place >= 0 ? place : Array.FindIndex(_queues, queue => queue.Axis.Length == 0);
    }

    private void End(long lastSampleUnixNs, WindowStatus status)
    {
        foreach (AxisState? axis in _axes)
        {
            axis?.Measures?.End(Lane);
        }

        Lane.AddUnscored(Axis, lastSampleUnixNs, status);
    }

    /// <summary>A sensor stands still when all its axes do: the one that runs most tells.</summary>
    private WindowStatus StatusOf(ReadOnlySpan<float> samples, long lastSampleUnixNs)
    {
        WindowStatus? status = null;
        OperatingBand? band = null;
        for (int i = 0; i < _axes.Length; i++)
        {
            if (_axes[i]?.Gate?.Judge(OfAxis(samples, i), lastSampleUnixNs, _model.SampleRateHz) is { } judged
                && (status is null || judged < status || (judged == status && band is null)))
            {
                // Of axes that are judged alike one without bands tells none.
                (status, band) = (judged, _axes[i]!.Gate!.Band);
            }
        }

        Axis.Band = band;

        return Axis.Maintenance is { IsOn: true } ? WindowStatus.Maintenance : status ?? WindowStatus.Valid;
    }

    private EvidenceContribution[] Contributions(int metric, ModelView view)
    {
        var contributions = new EvidenceContribution[_queues.Length];
        for (int i = 0; i < contributions.Length; i++)
        {
            contributions[i] = new EvidenceContribution(_queues[i].Axis, view.AxisValues(i)[metric]);
        }

        Array.Sort(contributions, (a, b) => b.Value.CompareTo(a.Value));
        return contributions;
    }

    private ReadOnlySpan<float> OfAxis(ReadOnlySpan<float> samples, int axis) => samples.Slice(axis * _model.WindowSamples, _model.WindowSamples);
}
