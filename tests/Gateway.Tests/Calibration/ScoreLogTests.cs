using Thrum.Gateway.Calibration;

namespace Thrum.Gateway.Tests.Calibration;

public sealed class ScoreLogTests : IDisposable
{
    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("thrum-test-").FullName, "a.scores");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    [Fact]
    public void Read_MoreThanItKeeps_GivesTheNewest()
    {
        using ScoreLog log = Open(capacity: 1000);
        Fill(log, 1, 2500);

        IReadOnlyList<KeptWindow> windows = log.Copy().Read(0, long.MaxValue);

        Assert.Equal(Enumerable.Range(1501, 1000).Select(i => (long)i), windows.Select(window => window.TimeUnixNs));
        Assert.All(windows, window => Assert.Equal([window.TimeUnixNs, 2 * window.TimeUnixNs], window.Metrics.Select(metric => (long)metric)));
        Assert.All(windows, window => Assert.Equal((window.TimeUnixNs % 2 == 0, (int)(window.TimeUnixNs % 3)), (window.IsHealthy, window.Band)));
        Assert.Equal([2000, 2001], log.Copy().Read(2000, 2001).Select(window => window.TimeUnixNs));
    }

    [Fact]
    public void Add_AfterARestartTheSameAgain_KeepsEachOnce()
    {
        using (ScoreLog log = Open())
        {
            Fill(log, 1, 500);
            log.Flush();
        }

        using ScoreLog again = Open();
        Fill(again, 300, 400);

        Assert.Equal(Enumerable.Range(1, 699).Select(i => (long)i), again.Copy().Read(0, long.MaxValue).Select(window => window.TimeUnixNs));
    }

    [Fact]
    public void Add_ClockSetBack_IsBelievedInTheEnd()
    {
        using ScoreLog log = Open(capacity: 5000);
        Fill(log, 100_000, 10);
        Fill(log, 1, 2000);

        Assert.Equal(10 + 2000 - 1023, log.Copy().Read(0, long.MaxValue).Count);
    }

    [Theory]
    [InlineData("other 1", 1000, 2)]
    [InlineData("model 1", 1001, 2)]
    [InlineData("model 1", 1000, 3)]
    public void Open_OfAnotherScorerOrLength_BeginsAnew(string scorer, int capacity, int metrics)
    {
        using (ScoreLog log = Open())
        {
            Fill(log, 1, 500);
            log.Flush();
        }

        using var other = new ScoreLog(_path, scorer, metrics, capacity);
        Assert.Empty(other.Copy().Read(0, long.MaxValue));
    }

    private ScoreLog Open(int capacity = 1000) => new(_path, "model 1", 2, capacity);

    private static void Fill(ScoreLog log, int from, int count)
    {
        for (int i = from; i < from + count; i++)
        {
            log.Add(i, i % 2 == 0, i % 3, [i, 2 * i]);
        }
    }
}
