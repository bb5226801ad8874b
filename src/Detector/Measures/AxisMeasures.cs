using System.Buffers;
using System.Text.Json;
using Thrum.Detector.Alarms;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Evidence;
using Thrum.Detector.Operating;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Detector.Signals;

namespace Thrum.Detector.Measures;

/// <summary>
/// The measurement buffer of an axis, filled by its windows in the order they are cut. It holds enough behind the newest sample that
/// what it gives for a window depends on the samples alone, not on how many windows wait to be scored together: the lane is flushed
/// before the buffer would run further ahead. A hole empties it.
/// </summary>
internal sealed class AxisMeasures : ICheckpointed
{
    private readonly AxisStream _stream;
    private readonly MeasureDesk _desk;
    private readonly MeasureKit _kit;
    private readonly int _windowSamples;
    private readonly int _hopSamples;
    private readonly int _mostAhead;
    private readonly OperatingTrack? _speed;
    private readonly SampleRing _ring;
    private readonly List<EvidenceSubject> _pending = [];
    private long _endUnixNs;
    private long _bucket = long.MinValue;
    private int _ahead;
    private string _diagnosis = EvidenceBuilder.Undetermined;

    public AxisMeasures(AxisStream stream, MeasureDesk desk, MeasureKit kit, int windowSamples, int hopSamples, OperatingTrack? speed)
    {
        _speed = speed;
        _stream = stream;
        _desk = desk;
        _kit = kit;
        _windowSamples = windowSamples;
        _hopSamples = hopSamples;
        _mostAhead = Math.Max(windowSamples, kit.Buffer.Length / 2);
        _ring = new SampleRing(kit.Buffer.Length + _mostAhead);
    }

    /// <summary>Takes a window before its lane does, and measures when it is time; null when it is not.</summary>
    public VibrationMeasure? Take(ReadOnlySpan<float> window, long lastSampleUnixNs, ILane lane)
    {
        bool continues = _hopSamples <= _windowSamples
            && Math.Abs(lastSampleUnixNs - _endUnixNs - (_hopSamples * _kit.SampleNs)) <= _kit.SampleNs / 2;
        if (_ring.Count > 0 && !continues)
        {
            End(lane);
        }

        int fresh = _ring.Count > 0 ? _hopSamples : window.Length;
        if (_ahead + fresh > _mostAhead)
        {
            FlushAhead(lane);
        }

        _ring.Add(window[^fresh..]);
        _ahead += fresh;
        _endUnixNs = lastSampleUnixNs;
        long bucket = lastSampleUnixNs / _desk.IntervalNs;
        if (bucket != _bucket && TryMeasure(lastSampleUnixNs, out VibrationMeasure measure))
        {
            _bucket = bucket;
            if (double.IsFinite(measure.Rms))
            {
                _desk.Output.Batch.Append(measure);
                return measure;
            }
        }

        return null;
    }

    /// <summary>The stream has a hole here.</summary>
    public void End(ILane lane)
    {
        FlushAhead(lane);
        _ring.Clear();
        for (int i = _pending.Count - 1; i >= 0; i--)
        {
            // What was decided ahead of the windows belongs to what comes.
            if (_pending[i].EventTimeUnixNs <= _endUnixNs)
            {
                _pending.RemoveAt(i);
            }
        }
    }

    /// <summary>A copy of the newest samples; null while the buffer is not full. Nothing may wait in the lane.</summary>
    /// <param name="reconstruct">What the axis's model makes of the newest of them.</param>
    public AxisSignal? Read(Func<ReadOnlySpan<float>, ReconstructedWindow?> reconstruct)
    {
        float[] samples = new float[_kit.Buffer.Length];
        return !_ring.TryCopy(0, samples) ? null : new AxisSignal(_kit.Profile)
        {
            Axis = _stream.Id,
            SampleRateHz = _kit.SampleRateHz,
            EndUnixNs = _endUnixNs,
            Samples = samples,
            ShaftHz = ShaftHz(_endUnixNs),
            Reconstructed = reconstruct(samples),
        };
    }

    /// <summary>
    /// Gives the batch the evidence of an alarm that is raised. Its buffer ends with the alarm, so most of it is from before: it shows what was
    /// there already, and leaves the diagnosis open until a buffer from after is full. An alarm that clears gets the diagnosis it had.
    /// </summary>
    /// <param name="transition">The transition.</param>
    /// <param name="view">The window as its model saw it, of this axis.</param>
    /// <param name="decision">How it was decided.</param>
    /// <param name="contributions">See <see cref="AlarmEvidence.Contributions"/>.</param>
    /// <param name="isAtWindow">False where the buffer does not end at the deciding window: only what is taken later says the same in every run.</param>
    public AlarmTransition Explain(
        AlarmTransition transition, ModelView view, EvidenceDecision decision, IReadOnlyList<EvidenceContribution> contributions, bool isAtWindow = true)
    {
        if (transition.IsRaise)
        {
            _diagnosis = isAtWindow ? EvidenceBuilder.Undetermined : _diagnosis;
            EvidenceSubject subject = EvidenceSubject.Of(transition, decision) with
            {
                Contributions = contributions,
                Window = view.Input.ToArray(),
                Reconstruction = view.Reconstruction.ToArray(),
                BinHz = view.BinHz,
            };
            AlarmEvidence? first = isAtWindow ? Take(subject, transition.EventTimeUnixNs) : null;
            _pending.Add(subject with { Before = first?.Findings.Select(finding => finding.Fault).ToArray() ?? [] });
            if (first is not null)
            {
                _desk.Output.Batch.Append(first with { Diagnosis = _diagnosis });
            }
        }

        return isAtWindow ? transition with { Diagnosis = _diagnosis } : transition;
    }

    /// <summary>Gives the batch the evidence of an alarm over days: the buffer that ends at a window shows how the machine is now.</summary>
    public AlarmTransition Explain(AlarmTransition transition, EvidenceTrend trend, long lastSampleUnixNs)
    {
        EvidenceSubject subject = EvidenceSubject.Of(transition, EvidenceDecision.Of(transition)) with { Trend = trend };
        if (!transition.IsRaise || Take(subject, lastSampleUnixNs) is not { } evidence)
        {
            return transition;
        }

        _desk.Output.Batch.Append(evidence);
        return transition with { Diagnosis = evidence.Diagnosis };
    }

    /// <summary>A window was scored: the lane holds only later ones. Evidence that waited for a buffer of its own is taken.</summary>
    public void OnScored(long lastSampleUnixNs)
    {
        _ahead = Back(lastSampleUnixNs);
        for (int i = 0; i < _pending.Count; i++)
        {
            EvidenceSubject subject = _pending[i];
            if (lastSampleUnixNs - subject.EventTimeUnixNs < _kit.Buffer.Length * _kit.SampleNs)
            {
                continue;
            }

            _pending.RemoveAt(i--);
            if (Take(subject, lastSampleUnixNs) is { } evidence)
            {
                _diagnosis = evidence.Diagnosis;
                _desk.Output.Batch.Append(evidence);
            }
        }
    }

    public void Save(CheckpointWriter writer)
    {
        writer.Write(_kit.Buffer.Length);
        writer.Write(_endUnixNs);
        writer.Write(_bucket);
        writer.Write(_diagnosis);
        float[] samples = ArrayPool<float>.Shared.Rent(_ring.Count);
        _ring.TryCopy(0, samples.AsSpan(0, _ring.Count));
        writer.Write(samples.AsSpan(0, _ring.Count));
        ArrayPool<float>.Shared.Return(samples);
        writer.Write(_pending.Count);
        foreach (EvidenceSubject subject in _pending)
        {
            writer.Write(JsonSerializer.Serialize(subject, EvidenceJson.Options));
        }
    }

    public bool TryLoad(ref CheckpointReader reader)
    {
        bool fits = reader.ReadInt32() == _kit.Buffer.Length;
        (_endUnixNs, _bucket, _diagnosis) = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadString());
        float[] samples = new float[_kit.Buffer.Length + _mostAhead];
        int count = reader.ReadSingles(samples);
        int pending = reader.ReadInt32();
        for (int i = 0; i < pending && reader.IsValid; i++)
        {
            fits &= TryReadSubject(reader.ReadString());
        }

        fits &= reader.IsValid;
        if (fits)
        {
            _ring.Add(samples.AsSpan(0, count));
        }
        else
        {
            (_endUnixNs, _bucket, _diagnosis) = (0, long.MinValue, EvidenceBuilder.Undetermined);
            _pending.Clear();
        }

        return fits;
    }

    private bool TryReadSubject(string json)
    {
        try
        {
            if (JsonSerializer.Deserialize<EvidenceSubject>(json, EvidenceJson.Options) is { } subject)
            {
                _pending.Add(subject);
                return true;
            }
        }
        catch (JsonException)
        {
            // An earlier release kept less.
        }

        return false;
    }

    private void FlushAhead(ILane lane)
    {
        if (_ahead > 0)
        {
            lane.Flush();
            _ahead = 0;
        }
    }

    /// <summary>Samples from the given time to the newest.</summary>
    private int Back(long unixNs) => (int)Math.Round((_endUnixNs - unixNs) / _kit.SampleNs);

    /// <summary>Fills the kit's buffer up to the given time and measures it; false while there are too few samples.</summary>
    private bool TryMeasure(long lastSampleUnixNs, out VibrationMeasure measure)
    {
        measure = default;
        if (!_ring.TryCopy(Back(lastSampleUnixNs), _kit.Buffer))
        {
            return false;
        }

        measure = _kit.Measure(_stream, lastSampleUnixNs, ShaftHz(lastSampleUnixNs));
        return true;
    }

    /// <summary>Speed of the shaft during the buffer that ends at a time: the configured one where none was measured, none where that was not steady.</summary>
    private double? ShaftHz(long lastSampleUnixNs) =>
        _speed?.Over(lastSampleUnixNs - (long)((_kit.Buffer.Length - 1) * _kit.SampleNs), lastSampleUnixNs) is { IsKnown: true } span ? span.SteadyValue / 60 : _kit.Profile.ShaftHz;

    /// <summary>Takes evidence; null while there are too few samples, or some that are not finite.</summary>
    private AlarmEvidence? Take(EvidenceSubject subject, long lastSampleUnixNs) =>
        TryMeasure(lastSampleUnixNs, out VibrationMeasure measure) && double.IsFinite(measure.Rms)
            ? EvidenceBuilder.Build(subject, _kit, measure)
            : null;
}
