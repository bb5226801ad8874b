using Thrum.Detector.Alarms;
using Thrum.Detector.Calibration;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;

namespace Thrum.Gateway.Calibration;

/// <summary>
/// Keeps the newest scores of every axis beside the store, so that an operator can calibrate an axis on some of them. A destination: it sees what left. An axis whose file cannot be had
/// is tried again every minute. Thread-safe.
/// </summary>
internal sealed class ScoreRecorder : IScoreDestination, IDisposable
{
    private static readonly TimeSpan UntilNextTry = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<Scored, KeptFile> _files = [];
    private readonly Dictionary<Scored, string> _refused = [];
    private readonly ScoreFolder _folder;
    private readonly RecalibrationOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private DateTimeOffset _nextTry;
    private bool _isToldOf;

    /// <param name="folder">Where files are kept; made if need be.</param>
    /// <param name="options">How much is kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it is told that a file cannot be used.</param>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public ScoreRecorder(string folder, RecalibrationOptions options, TimeProvider time, ILogger<ScoreRecorder> logger)
    {
        _folder = new ScoreFolder(folder, options.KeptBytes);
        _options = options;
        _time = time;
        _logger = logger;
        _nextTry = time.GetUtcNow() + UntilNextTry;
        Proposals = new KeptProposals(folder);
    }

    /// <summary>The proposals that were made of the scores.</summary>
    public KeptProposals Proposals { get; }

    public string Name => "scores";

    public ValueTask WriteAsync(ScoreBatch batch, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            DateTimeOffset now = _time.GetUtcNow();
            if (now >= _nextTry)
            {
                TryAgain(now);
            }

            Take(batch, batch.Windows, isBeside: false, now);
            Take(batch, batch.Baselines, isBeside: true, now);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask MakeDurableAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach ((Scored key, KeptFile file) in _files.ToArray())
            {
                Guard(key, file, log => log.Flush());
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
        ScoreCopy? copy = null;
        lock (_gate)
        {
            foreach (Scored key in (Scored[])[new(axis, IsBeside: false), new(axis, IsBeside: true)])
            {
                if (copy is null && _files.GetValueOrDefault(key) is { } file && file.Log?.Scorer == scorer)
                {
                    Guard(key, file, log => copy = log.Copy());
                }
            }
        }

        // Outside, because reading takes long and what leaves waits for nobody.
        return copy?.Read(fromUnixNs, toUnixNs) ?? [];
    }

    /// <summary>Names who scored: scores of another revision cannot be compared.</summary>
    public static string ScorerOf(ScoredModel model) => $"{model.Name} {model.Revision}";

    /// <summary>Stands for the name of a band in a file.</summary>
    public static int HashOf(string? band) => string.IsNullOrEmpty(band) ? 0 : (int)StableHash.Of(band) | 1;

    public void Dispose()
    {
        lock (_gate)
        {
            _folder.Dispose();
            _files.Clear();
        }
    }

    private void Take(ScoreBatch batch, ReadOnlySpan<WindowScore> windows, bool isBeside, DateTimeOffset now)
    {
        foreach (ref readonly WindowScore window in windows)
        {
            ReadOnlySpan<float> metrics = batch.Metrics(window);
            if (!metrics.IsEmpty && FileOf(window, metrics.Length, isBeside, now) is { Log: { } log } file)
            {
                file.LastUsed = now;
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
            GiveUp(new Scored(window.Stream.Id, isBeside), e.Message);
        }
    }

    private KeptFile? FileOf(in WindowScore window, int metrics, bool isBeside, DateTimeOffset now)
    {
        var key = new Scored(window.Stream.Id, isBeside);
        if (_files.TryGetValue(key, out KeptFile? file) && file.Log is { } log && IsOf(log.Scorer, window.Model))
        {
            return file;
        }

        if (_refused.ContainsKey(key))
        {
            return null;
        }

        try
        {
            string name = $"{StableHash.Of(key.Axis.ToString()):x16}{(isBeside ? ".baseline" : "")}";
            if (_folder.Open(name, ScorerOf(window.Model), metrics, _options.KeptWindows, now, isSpare: isBeside) is { } opened)
            {
                return _files[key] = opened;
            }

            GiveUp(key, $"those of other axes take {(isBeside ? "half" : "all")} of Detector:Recalibration:KeptBytes, {_options.KeptBytes} bytes");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            GiveUp(key, e.Message);
        }

        return null;
    }

    // Without making the text for each window.
    private static bool IsOf(string scorer, ScoredModel model) =>
        scorer.Length == model.Name.Length + 1 + model.Revision.Length && scorer.StartsWith(model.Name, StringComparison.Ordinal) && scorer.EndsWith(model.Revision, StringComparison.Ordinal);

    private void Guard(Scored key, KeptFile file, Action<ScoreLog> work)
    {
        try
        {
            if (file.Log is { } log)
            {
                work(log);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            GiveUp(key, e.Message);
        }
    }

    private void GiveUp(Scored key, string reason)
    {
        if (_files.Remove(key, out KeptFile? file))
        {
            file.Close();
        }

        _refused[key] = reason;
    }

    /// <summary>One warning for as long as there is an axis whose scores are not kept.</summary>
    private void TryAgain(DateTimeOffset now)
    {
        _nextTry = now + UntilNextTry;
        if (_refused.Count > 0 && !_isToldOf)
        {
            (Scored key, string reason) = _refused.First();
            Log.ScoresNotKept(_logger, _refused.Count, key.Axis, reason);
        }

        _isToldOf = _refused.Count > 0;
        _refused.Clear();
    }

    /// <summary>Whose scores.</summary>
    /// <param name="Axis">The axis.</param>
    /// <param name="IsBeside">True for those of its baseline beside a model.</param>
    private readonly record struct Scored(AxisId Axis, bool IsBeside);
}
