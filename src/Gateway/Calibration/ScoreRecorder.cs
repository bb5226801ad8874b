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
    private readonly Dictionary<AxisId, ScoreLog?> _logs = [];
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
    }

    public string Name => "scores";

    public ValueTask WriteAsync(ScoreBatch batch, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach (ref readonly WindowScore window in batch.Windows)
            {
                ReadOnlySpan<float> metrics = batch.Metrics(window);
                if (!metrics.IsEmpty && LogOf(window, metrics.Length) is { } log)
                {
                    Add(log, window, metrics);
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask MakeDurableAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach ((AxisId axis, ScoreLog? log) in _logs.ToArray())
            {
                Guard(axis, log, log => log.Flush());
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
            if (_logs.GetValueOrDefault(axis) is { } log && log.Scorer == scorer)
            {
                Guard(axis, log, log => windows = log.Read(fromUnixNs, toUnixNs));
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

    private void Add(ScoreLog log, in WindowScore window, ReadOnlySpan<float> metrics)
    {
        try
        {
            log.Add(window.TimeUnixNs, window.State == AlarmState.Normal, HashOf(window.Band), metrics);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            GiveUp(window.Stream.Id, log, e);
        }
    }

    private ScoreLog? LogOf(in WindowScore window, int metrics)
    {
        AxisId axis = window.Stream.Id;
        if (_logs.TryGetValue(axis, out ScoreLog? log) && (log is null || IsOf(log.Scorer, window.Model)))
        {
            return log;
        }

        log?.Dispose();
        long bytes = log is null ? ScoreLog.BytesOf(metrics, _options.KeptWindows) : 0;
        ScoreLog? opened = null;
        if (_bytes + bytes <= _options.KeptBytes)
        {
            try
            {
                opened = new ScoreLog(Path.Combine(_folder, $"{StableHash.Of(axis.ToString()):x16}.scores"), ScorerOf(window.Model), metrics, _options.KeptWindows);
                _bytes += bytes;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.ScoresNotKept(_logger, axis, e.Message);
            }
        }
        else
        {
            Log.ScoresNotKept(_logger, axis, $"those of the axes before it may take all of Detector:Recalibration:KeptBytes, {_options.KeptBytes} bytes");
        }

        _logs[axis] = opened;
        return opened;
    }

    // Without making the text for each window.
    private static bool IsOf(string scorer, ScoredModel model) =>
        scorer.Length == model.Name.Length + 1 + model.Revision.Length && scorer.StartsWith(model.Name, StringComparison.Ordinal) && scorer.EndsWith(model.Revision, StringComparison.Ordinal);

    private void Guard(AxisId axis, ScoreLog? log, Action<ScoreLog> work)
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
            GiveUp(axis, log!, e);
        }
    }

    private void GiveUp(AxisId axis, ScoreLog log, Exception fault)
    {
        Log.ScoresNotKept(_logger, axis, fault.Message);
        log.Dispose();
        _logs[axis] = null;
    }
}
