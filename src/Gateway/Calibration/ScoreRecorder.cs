using Thrum.Detector.Alarms;
using Thrum.Detector.Calibration;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;

namespace Thrum.Gateway.Calibration;

/// <summary>
/// Keeps the newest scores of every axis beside the store, so that an operator can calibrate an axis on some of them. A destination: it sees what left. Thread-safe.
/// </summary>
internal sealed class ScoreRecorder : IScoreDestination, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(AxisId Axis, bool IsBeside), ScoreLog?> _logs = [];
    private readonly string _folder;
    private readonly RecalibrationOptions _options;
    private readonly ILogger _logger;
    private long _bytes;

    /// <param name="folder">Where files are kept; made if need be.</param>
    /// <param name="options">How much is kept.</param>
    /// <param name="logger">Where it is told that a file cannot be used.</param>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public ScoreRecorder(string folder, RecalibrationOptions options, ILogger<ScoreRecorder> logger)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        _options = options;
        _logger = logger;
        Proposals = new KeptProposals(_folder);
    }

    /// <summary>The proposals that were made of the scores.</summary>
    public KeptProposals Proposals { get; }

    public string Name => "scores";

    public ValueTask WriteAsync(ScoreBatch batch, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Take(batch, batch.Windows, isBeside: false);
            Take(batch, batch.Baselines, isBeside: true);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask MakeDurableAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach (((AxisId, bool) key, ScoreLog? log) in _logs.ToArray())
            {
                Guard(key, log, log => log.Flush());
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken) => MakeDurableAsync(cancellationToken);

    /// <summary>The windows of an axis and scorer from one time to another that are still kept.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="scorer">See <see cref="ScorerOf"/>.</param>
    /// <param name="fromUnixNs">From when.</param>
    /// <param name="toUnixNs">Until when.</param>
    public IReadOnlyList<KeptWindow> Read(AxisId axis, string scorer, long fromUnixNs, long toUnixNs)
    {
        lock (_gate)
        {
            IReadOnlyList<KeptWindow> windows = [];
            foreach ((AxisId, bool) key in ((AxisId, bool)[])[(axis, false), (axis, true)])
            {
                if (windows.Count == 0 && _logs.GetValueOrDefault(key) is { } log && log.Scorer == scorer)
                {
                    Guard(key, log, log => windows = log.Read(fromUnixNs, toUnixNs));
                }
            }

            return windows;
        }
    }

    /// <summary>Names who scored: scores of another revision cannot be compared.</summary>
    public static string ScorerOf(ScoredModel model) => $"{model.Name} {model.Revision}";

    /// <summary>Stands for the name of a band in a file.</summary>
    public static int HashOf(string? band) => string.IsNullOrEmpty(band) ? 0 : (int)StableHash.Of(band) | 1;

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (ScoreLog? log in _logs.Values)
            {
                log?.Dispose();
            }

            _logs.Clear();
        }
    }

    private void Take(ScoreBatch batch, ReadOnlySpan<WindowScore> windows, bool isBeside)
    {
        foreach (ref readonly WindowScore window in windows)
        {
            ReadOnlySpan<float> metrics = batch.Metrics(window);
            if (!metrics.IsEmpty && LogOf(window, metrics.Length, isBeside) is { } log)
            {
                Add(log, window, metrics, isBeside);
            }
        }
    }

    private void Add(ScoreLog log, in WindowScore window, ReadOnlySpan<float> metrics, bool isBeside)
    {
        try
        {
            log.Add(window.TimeUnixNs, window.State == AlarmState.Normal, HashOf(window.Band), metrics);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            GiveUp((window.Stream.Id, isBeside), log, e);
        }
    }

    private ScoreLog? LogOf(in WindowScore window, int metrics, bool isBeside)
    {
        AxisId axis = window.Stream.Id;
        if (_logs.TryGetValue((axis, isBeside), out ScoreLog? log) && (log is null || IsOf(log.Scorer, window.Model)))
        {
            return log;
        }

        log?.Dispose();
        long bytes = log is null ? ScoreLog.BytesOf(metrics, _options.KeptWindows) : 0;
        ScoreLog? opened = null;

        // What scores the axes' windows is calibrated more often than what stands beside it.
        long most = isBeside ? _options.KeptBytes / 2 : _options.KeptBytes;
        if (_bytes + bytes <= most)
        {
            try
            {
                opened = new ScoreLog(Path.Combine(_folder, $"{StableHash.Of(axis.ToString()):x16}{(isBeside ? ".baseline" : "")}.scores"), ScorerOf(window.Model), metrics, _options.KeptWindows);
                _bytes += bytes;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.ScoresNotKept(_logger, axis, e.Message);
            }
        }
        else
        {
            Log.ScoresNotKept(_logger, axis, $"those before {(isBeside ? "its baseline's may take half" : "it may take all")} of Detector:Recalibration:KeptBytes, {most} bytes");
        }

        _logs[(axis, isBeside)] = opened;
        return opened;
    }

    // Without making the text for each window.
    private static bool IsOf(string scorer, ScoredModel model) =>
        scorer.Length == model.Name.Length + 1 + model.Revision.Length && scorer.StartsWith(model.Name, StringComparison.Ordinal) && scorer.EndsWith(model.Revision, StringComparison.Ordinal);

    private void Guard((AxisId, bool) key, ScoreLog? log, Action<ScoreLog> work)
    {
        try
        {
            if (log is not null)
            {
                work(log);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            GiveUp(key, log!, e);
        }
    }

    private void GiveUp((AxisId Axis, bool IsBeside) key, ScoreLog log, Exception fault)
    {
        Log.ScoresNotKept(_logger, key.Axis, fault.Message);
        log.Dispose();
        _logs[key] = null;
    }
}
