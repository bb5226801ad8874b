using System.Numerics.Tensors;
using Thrum.Detector.Alarms;

namespace Thrum.Detector.Calibration;

/// <summary>
/// The alarm statistic of one rule along a healthy sequence, starting anew in each block: overlap, autocorrelation and persistence
/// are in it as they are in the running alarm.
/// </summary>
internal sealed class StatisticRun
{
    private readonly IReadOnlyList<int> _blocks;
    private readonly float[] _statistic;
    private readonly float[] _held;

    /// <param name="healthy">The scores.</param>
    /// <param name="shape">The rule.</param>
    public StatisticRun(HealthySequence healthy, AlarmShape shape)
    {
        _blocks = healthy.BlockWindows;
        _statistic = new float[healthy.Windows];
        int at = 0;
        foreach (int windows in _blocks)
        {
            var statistic = new AlarmStatistic(shape.RaiseCount, shape.OfWindows);
            for (int end = at + windows; at < end; at++)
            {
                _statistic[at] = statistic.Next(healthy.Scores[at]);
            }
        }

        _held = shape.HoldWindows == 1 ? _statistic : Hold(shape.HoldWindows);
        Shape = shape;
    }

    public AlarmShape Shape { get; }

    public int Windows => _statistic.Length;

    /// <summary>The level that the held statistic reaches in the given share of the windows.</summary>
    public float LevelReachedIn(double share)
    {
        float[] sorted = [.. _held.Order()];
        return sorted[Math.Clamp((int)Math.Ceiling((1 - share) * sorted.Length), 0, sorted.Length - 1)];
    }

    /// <summary>How often a rule with this raise level would have been raised in each of several equal stretches of time.</summary>
    public int[] RaisesPerStretch(double raise, int stretches)
    {
        int[] counts = new int[stretches];
        double clear = Shape.ClearLevel(raise);
        int at = 0;
        foreach (int windows in _blocks)
        {
            bool active = false;
            for (int end = at + windows; at < end; at++)
            {
                if (!active && _held[at] >= raise)
                {
                    active = true;
                    counts[(long)at * stretches / _statistic.Length]++;
                }
                else if (active && _statistic[at] < clear)
                {
                    active = false;
                }
            }
        }

        return counts;
    }

    /// <summary>
    /// The j-th entry is the highest level at which a rule would have been raised at least j + 1 times; down to <paramref name="least"/>.
    /// </summary>
    public double[] RaiseLevels(double least)
    {
        List<(double Level, int Change)> changes = [];
        int at = 0;
        foreach (int windows in _blocks)
        {
            AddBlock(at, windows, least, changes);
            at += windows;
        }

        changes.Sort((a, b) => b.Level.CompareTo(a.Level));
        var levels = new List<double>();
        int raises = 0;
        for (int i = 0; i < changes.Count;)
        {
            // A window raises at levels up to its own, and no more at the level where its interval ends.
            double level = changes[i].Level;
            for (; i < changes.Count && changes[i].Level == level; i++)
            {
                raises += changes[i].Change;
            }

            while (levels.Count < raises && level > least)
            {
                levels.Add(level);
            }
        }

        return [.. levels];
    }

    /// <summary>
    /// Window i raises at exactly the levels in an interval (a, heldᵢ]: at a higher level the last window that reached it lies further
    /// back, and since then the statistic has fallen further, below a higher clear level. The stack holds the earlier windows that
    /// some level still looks back to, and the least statistic since each.
    /// </summary>
    private void AddBlock(int start, int windows, double least, List<(double Level, int Change)> changes)
    {
        var stack = new Stack<(float Held, float LeastSince)>();
        for (int i = start; i < start + windows; i++)
        {
            float held = _held[i], since = float.PositiveInfinity;
            double reached = double.NegativeInfinity, from = double.PositiveInfinity;
            while (stack.TryPeek(out (float Held, float LeastSince) top) && top.Held < held)
            {
                stack.Pop();
                since = Math.Min(since, top.LeastSince);
                from = Lower(from, reached, Shape.ClearedAbove(since), top.Held);
                reached = top.Held;
            }

            if (stack.TryPop(out (float Held, float LeastSince) below))
            {
                since = Math.Min(since, below.LeastSince);
                from = Lower(from, reached, Shape.ClearedAbove(since), held);
                stack.Push((below.Held, Math.Min(since, _statistic[i])));
            }
            else
            {
                from = Math.Min(from, reached);
            }

            stack.Push((held, float.PositiveInfinity));
            if (held > least && from < held)
            {
                changes.Add((held, 1));
                changes.Add((Math.Max(from, least), -1));
            }
        }
    }

    private static double Lower(double found, double reached, double clearedAbove, double upTo) =>
        double.IsPositiveInfinity(found) && clearedAbove < upTo ? Math.Max(reached, clearedAbove) : found;

    /// <summary>The least statistic of the last windows; −∞ until there are so many.</summary>
    private float[] Hold(int windows)
    {
        float[] held = new float[_statistic.Length];
        int start = 0;
        foreach (int block in _blocks)
        {
            for (int i = 0; i < block; i++)
            {
                held[start + i] = i + 1 < windows ? float.NegativeInfinity : TensorPrimitives.Min(_statistic.AsSpan(start + i + 1 - windows, windows));
            }

            start += block;
        }

        return held;
    }
}
