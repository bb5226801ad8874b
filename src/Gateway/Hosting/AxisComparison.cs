using Thrum.Detector.Alarms;
using Thrum.Detector.Scores;

namespace Thrum.Gateway.Hosting;

/// <summary>A live and a shadow model on one axis, over the windows that both scored. What is public is kept in the report's file. Not thread-safe.</summary>
internal sealed class AxisComparison
{
    private readonly List<WindowScore> _live = [];
    private int _next;

    public required string Axis { get; init; }

    /// <summary>Revisions of the two; others begin anew.</summary>
    public string LiveRevision { get; set; } = "";

    public string ShadowRevision { get; set; } = "";

    public long Windows { get; set; }

    /// <summary>Windows in which both had an alarm or neither.</summary>
    public long Agreeing { get; set; }

    public long SinceUnixNs { get; set; }

    public long UntilUnixNs { get; set; } = long.MinValue;

    public ScorerTally Live { get; set; } = new();

    public ScorerTally Shadow { get; set; } = new();

    /// <summary>Takes a window of the live model, to be met by the shadow's.</summary>
    public void Add(in WindowScore live) => _live.Add(live);

    /// <summary>Takes what the shadow made of the next window.</summary>
    public void Compare(in WindowScore shadow)
    {
        while (_next < _live.Count && _live[_next].TimeUnixNs < shadow.TimeUnixNs)
        {
            _next++;
        }

        if (_next == _live.Count || _live[_next].TimeUnixNs != shadow.TimeUnixNs)
        {
            return;
        }

        WindowScore live = _live[_next];
        if (live.Model.Revision != LiveRevision || shadow.Model.Revision != ShadowRevision)
        {
            (LiveRevision, ShadowRevision) = (live.Model.Revision, shadow.Model.Revision);
            (Windows, Agreeing, SinceUnixNs, UntilUnixNs) = (0, 0, live.TimeUnixNs, long.MinValue);
            (Live, Shadow) = (new ScorerTally(), new ScorerTally());
        }

        // What comes again after a crash was counted.
        if (live.TimeUnixNs > UntilUnixNs)
        {
            UntilUnixNs = live.TimeUnixNs;
            Windows++;
            Agreeing += live.State.IsActive() == shadow.State.IsActive() ? 1 : 0;
            Live.Take(live, live.State);
            Shadow.Take(shadow, live.State);
        }
    }

    /// <summary>Forgets windows that no shadow met.</summary>
    public void Clear()
    {
        _live.Clear();
        _next = 0;
    }
}
