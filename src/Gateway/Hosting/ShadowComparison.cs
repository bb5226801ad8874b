using System.Text.Json;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;

namespace Thrum.Gateway.Hosting;

/// <summary>
/// Compares shadow models with the live ones, axis by axis, window by window. It is a destination, so it sees what left; a window that comes again after a crash is
/// passed over. Kept in a file: at the end, and with a checkpoint when a minute has passed. Thread-safe.
/// </summary>
internal sealed class ShadowComparison : IScoreDestination
{
    private static readonly TimeSpan SaveInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<string, AxisComparison> _axes;
    private readonly Dictionary<AxisStream, AxisComparison> _byStream = [];
    private readonly List<AxisComparison> _touched = [];
    private long _savedTimestamp;
    private bool _isChanged;

    /// <param name="path">The file.</param>
    /// <param name="time">The clock of saving.</param>
    /// <param name="logger">Where it is told that the file cannot be written or read.</param>
    public ShadowComparison(string path, TimeProvider time, ILogger<ShadowComparison> logger)
    {
        _path = path;
        _time = time;
        _logger = logger;
        _savedTimestamp = time.GetTimestamp();
        _axes = Read().ToDictionary(axis => axis.Axis);
    }

    public string Name => "shadow";

    public ValueTask WriteAsync(ScoreBatch batch, CancellationToken cancellationToken)
    {
        if (!batch.Shadows.IsEmpty)
        {
            lock (_gate)
            {
                Take(batch);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask MakeDurableAsync(CancellationToken cancellationToken)
    {
        if (_time.GetElapsedTime(_savedTimestamp) >= SaveInterval)
        {
            _savedTimestamp = _time.GetTimestamp();
            Save();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        Save();
        return ValueTask.CompletedTask;
    }

    /// <summary>Reads the axes on which a shadow was compared with the live model, both by the revision that scores carry.</summary>
    public T Read<T>(string live, string shadow, Func<IReadOnlyList<AxisComparison>, T> read)
    {
        lock (_gate)
        {
            return read([.. _axes.Values.Where(axis => axis.LiveRevision == live && axis.ShadowRevision == shadow).OrderBy(axis => axis.Axis, StringComparer.Ordinal)]);
        }
    }

    private void Take(ScoreBatch batch)
    {
        foreach (ref readonly WindowScore shadow in batch.Shadows)
        {
            Know(shadow.Stream);
        }

        // Live windows and what shadows made of them leave in the same batch, those of each axis in time order.
        foreach (ref readonly WindowScore live in batch.Windows)
        {
            if (live.HasScore && _byStream.TryGetValue(live.Stream, out AxisComparison? axis))
            {
                axis.Add(live);
                _touched.Add(axis);
            }
        }

        foreach (ref readonly WindowScore shadow in batch.Shadows)
        {
            _byStream[shadow.Stream].Compare(shadow);
        }

        _touched.ForEach(axis => axis.Clear());
        _touched.Clear();
        _isChanged = true;
    }

    private void Know(AxisStream stream)
    {
        if (_byStream.ContainsKey(stream))
        {
            return;
        }

        string name = stream.Id.ToString();
        if (!_axes.TryGetValue(name, out AxisComparison? axis))
        {
            _axes.Add(name, axis = new AxisComparison { Axis = name });
        }

        _byStream.Add(stream, axis);
    }

    private AxisComparison[] Read()
    {
        try
        {
            AxisComparison[] axes = File.Exists(_path) ? JsonSerializer.Deserialize<AxisComparison[]>(File.ReadAllBytes(_path), JsonSerializerOptions.Web) ?? [] : [];
            return [.. axes.Where(axis => axis is { Axis: not null, Live.PValues.Length: ScorerTally.PValueBins, Shadow.PValues.Length: ScorerTally.PValueBins }).DistinctBy(axis => axis.Axis)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            Log.ComparisonNotKept(_logger, _path, e.Message);
            return [];
        }
    }

    private void Save()
    {
        byte[] bytes;
        lock (_gate)
        {
            if (!_isChanged)
            {
                return;
            }

            _isChanged = false;
            bytes = JsonSerializer.SerializeToUtf8Bytes(_axes.Values, JsonSerializerOptions.Web);
        }

        try
        {
            WholeFile.Write(_path, bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.ComparisonNotKept(_logger, _path, e.Message);
        }
    }
}
