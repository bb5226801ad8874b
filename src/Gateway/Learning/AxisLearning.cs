using System.Globalization;
using Thrum.Detector.Baselines;
using Thrum.Detector.Samples;

namespace Thrum.Gateway.Learning;

/// <summary>What is known of one axis that learns its own model. Guarded by its owner.</summary>
internal sealed class AxisLearning(HealthyWindowFile file)
{
    private readonly List<HealthyWindow> _windows = [];
    private readonly List<float> _features = [];
    private HealthyWindow _last;
    private bool _isUnsafe;

    public HealthyWindowFile File { get; } = file;

    public AxisId Axis => File.Axis;

    public LearningPhase Phase { get; private set; }

    /// <summary>Share of the training that is done.</summary>
    public double Share { get; set; }

    private string Words { get; set; } = "";

    /// <summary>True when there is something to write.</summary>
    public bool HasWaiting => _windows.Count > 0;

    /// <summary>Windows that wait to be written.</summary>
    public int Waiting => _windows.Count;

    /// <summary>True when the window just taken was the last one wanted.</summary>
    public bool IsFull => _last.Index == File.Plan.KeptWindows - 1;

    public void Take(in HealthyWindow window, ReadOnlySpan<float> feature)
    {
        _last = window;
        _windows.Add(window);
        _features.AddRange(feature);
    }

    /// <summary>Writes what waits.</summary>
    public void Write()
    {
        if (HasWaiting)
        {
            File.Write(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_windows), System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_features));
            _windows.Clear();
            _features.Clear();
            _isUnsafe = true;
        }
    }

    /// <summary>Writes what waits and has the disk keep it.</summary>
    public void MakeDurable()
    {
        Write();
        if (_isUnsafe)
        {
            File.Flush();
            _isUnsafe = false;
        }
    }

    public void Enter(LearningPhase phase, string words = "")
    {
        Phase = phase;
        Share = 0;
        Words = words;
    }

    public LearningProgress View()
    {
        bool collecting = Phase == LearningPhase.Collecting;
        int wanted = File.Plan.SeenWindows;
        double share = collecting ? (double)_last.Seen / wanted : Phase is LearningPhase.Live ? 1 : Share;
        string name = Phase.ToString().ToLowerInvariant();
        return new LearningProgress
        {
            Machine = Axis.Machine,
            Sensor = Axis.Sensor,
            Axis = Axis.Axis,
            Phase = name,
            Share = Math.Round(share, 4),
            Windows = collecting ? _last.Seen : wanted,
            WindowsWanted = wanted,
            LeftOut = _last.LeftOut,
            Message = Words.Length > 0 ? Words : Phase is LearningPhase.Collecting or LearningPhase.Training ? string.Create(CultureInfo.InvariantCulture, $"{name} {100 * share:F0} %") : name,
        };
    }
}

/// <summary>Where an axis is on its way to a model of its own.</summary>
internal enum LearningPhase
{
    Collecting,
    Waiting,
    Training,
    Live,
    Failed,
}
