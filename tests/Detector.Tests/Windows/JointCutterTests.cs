using System.Globalization;
using Thrum.Detector.Windows;

namespace Thrum.Detector.Tests.Windows;

public sealed class JointCutterTests
{
    private const long Period = 1_000_000;
    private const long Origin = 1_763_769_600_000_000_000;
    private const long Wait = 100 * Period;

    [Fact]
    public void Cut_AxesThatBeginApart_BeginsAtTheLatestFirstSample()
    {
        var run = new Run(window: 4, hop: 2, "x", "y");
        run.Feed(0, first: 0, count: 10);
        run.Feed(1, first: 3, count: 7);

        Assert.Equal(["window 6 3-6 3-6", "window 8 5-8 5-8"], run.Lines);
    }

    [Fact]
    public void Cut_AxesWithinHalfASample_PairsTheNearestByTheFirstAxis()
    {
        var run = new Run(window: 4, hop: 4, "x", "y", "z");
        run.Feed(0, first: 0, count: 9);
        run.Feed(1, first: 0, count: 9, offsetNs: (4 * Period / 10) + (2 * Period));
        run.Feed(2, first: 0, count: 9, offsetNs: -(4 * Period / 10) + Period);

        Assert.Equal(["window 5 2-5 0-3 1-4"], run.Lines);
    }

    [Fact]
    public void Cut_GridThatDriftsAway_IsMisalignedOnceAndAlignedAnew()
    {
        var run = new Run(window: 4, hop: 4, "x", "y");
        run.Feed(0, first: 0, count: 4);
        run.Feed(1, first: 0, count: 4);
        run.Feed(0, first: 4, count: 12);
        run.Move(1, 7 * Period / 10);
        run.Feed(1, first: 4, count: 12);

        Assert.Equal(["window 3 0-3 0-3", "misaligned 7", "window 12 9-12 8-11"], run.Lines.Take(3));
    }

    [Fact]
    public void Cut_HoleInOneAxis_ClosesTheWindowOnceAndBeginsBehindIt()
    {
        var run = new Run(window: 4, hop: 4, "x", "y");
        run.Feed(0, first: 0, count: 20);
        run.Feed(1, first: 0, count: 6);
        run.Restart(1, first: 10, count: 10);

        Assert.Equal(["window 3 0-3 0-3", "gap 5", "window 13 10-13 10-13", "window 17 14-17 14-17"], run.Lines);
    }

    [Fact]
    public void Cut_AxisThatFallsSilent_ClosesTheWindowAndKeepsNoMoreThanTheWait()
    {
        var run = new Run(window: 4, hop: 4, "x", "y");
        run.Feed(0, first: 0, count: 6);
        run.Feed(1, first: 0, count: 6);
        for (int i = 6; i < 5000; i += 2)
        {
            run.Feed(0, i, 2);
        }

        Assert.Equal(["window 3 0-3 0-3", "gap 5"], run.Lines);
        Assert.InRange(run.Held(0), 1, (int)(Wait / Period) + 4);

        run.Restart(1, first: 4990, count: 10);
        Assert.Equal(["window 4993 4990-4993 4990-4993", "window 4997 4994-4997 4994-4997"], run.Lines.Skip(2));
    }

    [Fact]
    public void Cut_AxisThatNeverComes_IsSaidOnce()
    {
        var run = new Run(window: 4, hop: 4, "x", "y");
        for (int i = 0; i < 1000; i += 10)
        {
            run.Feed(0, i, 10);
        }

        Assert.Equal(["missing 0"], run.Lines);
    }

    [Fact]
    public void Cut_AxisAlwaysFurtherBehindThanTheWait_IsMisaligned()
    {
        var run = new Run(window: 4, hop: 4, "x", "y");
        for (int i = 0; i < 40; i += 4)
        {
            run.Feed(0, 1000 + i, 4);
            run.Feed(1, i, 4);
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"misaligned {(4 * i) + 3}"), run.Lines.Where(line => line.StartsWith("mis", StringComparison.Ordinal) && line != "missing 0"));
        Assert.DoesNotContain(run.Lines, line => line.StartsWith("window", StringComparison.Ordinal));
    }

    [Fact]
    public void Cut_ClockThatGoesBack_GoesOnOnceAllAxesDid()
    {
        var run = new Run(window: 4, hop: 4, "x", "y");
        run.Feed(0, 10_000, 8);
        run.Feed(1, 10_000, 8);
        run.Restart(0, first: 0, count: 4);
        run.Restart(1, first: 0, count: 8);
        run.Feed(0, 4, 8);
        run.Feed(1, 8, 4);

        Assert.Equal(["window 10003 10000-10003 10000-10003", "window 10007 10004-10007 10004-10007", "window 3 0-3 0-3", "window 7 4-7 4-7", "window 11 8-11 8-11"], run.Lines);
    }

    [Theory]
    [InlineData(3, 7)]
    [InlineData(5, 5)]
    [InlineData(8, 3)]
    public void Cut_AnyHop_KeepsToTheGrid(int window, int hop)
    {
        var run = new Run(window, hop, "x", "y");
        for (int i = 0; i < 60; i += 3)
        {
            run.Feed(1, i, 3);
            run.Feed(0, i, 3);
        }

        IEnumerable<string> expected = Enumerable.Range(0, 60).Where(k => (k * hop) + window <= 60)
            .Select(k => $"window {(k * hop) + window - 1} {k * hop}-{(k * hop) + window - 1} {k * hop}-{(k * hop) + window - 1}");
        Assert.Equal(expected, run.Lines);
    }

    /// <summary>Axes whose sample i has the value i, at 1 kHz; says what comes out in sample numbers.</summary>
    private sealed class Run : IJointReceiver
    {
        private readonly JointQueue[] _queues;
        private readonly JointCutter _cutter;
        private readonly SampleGrid[] _grids;
        private readonly long[] _shift;
        private readonly int _window;

        public Run(int window, int hop, params string[] axes)
        {
            _window = window;
            _queues = [.. axes.Select(axis => new JointQueue { Axis = axis })];
            _grids = [.. axes.Select(_ => new SampleGrid(Origin, 1000))];
            _shift = new long[axes.Length];
            _cutter = new JointCutter(_queues, window, hop, Wait, 1000);
        }

        public List<string> Lines { get; } = [];

        public int Held(int axis) => _queues[axis].Count;

        public void Move(int axis, long byNs) => _grids[axis] = new SampleGrid(_grids[axis].OriginUnixNs + byNs, 1000);

        public void Restart(int axis, int first, int count)
        {
            _queues[axis].End();
            _grids[axis] = new SampleGrid(Origin + (first * Period), 1000);
            _shift[axis] = first;
            Feed(axis, first, count);
        }

        public void Feed(int axis, int first, int count, long offsetNs = 0)
        {
            _grids[axis] = new SampleGrid(_grids[axis].OriginUnixNs + offsetNs, 1000);
            float[] samples = [.. Enumerable.Range(first, count).Select(i => (float)i)];
            _cutter.Append(_queues[axis], samples, _grids[axis], first - _shift[axis], this);
            _cutter.Cut(this);
        }

        public void OnWindow(ReadOnlySpan<float> samples, long lastSampleUnixNs)
        {
            string line = Line("window", lastSampleUnixNs);
            for (int i = 0; i < _queues.Length; i++)
            {
                ReadOnlySpan<float> axis = samples.Slice(i * _window, _window);
                line += string.Create(CultureInfo.InvariantCulture, $" {axis[0]}-{axis[^1]}");
            }

            Lines.Add(line);
        }

        public void OnGap(long lastSampleUnixNs) => Lines.Add(Line("gap", lastSampleUnixNs));

        public void OnMisaligned(long lastSampleUnixNs) => Lines.Add(Line("misaligned", lastSampleUnixNs));

        public void OnMissing(long sinceUnixNs) => Lines.Add(Line("missing", sinceUnixNs));

        private static string Line(string what, long unixNs) => $"{what} {(unixNs - Origin) / Period}";
    }
}
