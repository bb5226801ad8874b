using Thrum.Detector.Calibration;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Gateway.Calibration;
using Thrum.Gateway.Tests.Support;

namespace Thrum.Gateway.Tests.Calibration;

public sealed class ScoreRecorderTests : IDisposable
{
    private const int Windows = 100;

    private readonly string _folder = Directory.CreateTempSubdirectory("thrum-test-").FullName;
    private readonly ManualTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly ListLogger<ScoreRecorder> _log = new();
    private readonly Scores _scores = new();

    private static readonly long FileBytes = ScoreLog.BytesOf(1, Windows);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Write_MoreAxesThanThereIsRoomFor_KeepsTheFirstAndWarnsOnce()
    {
        using ScoreRecorder recorder = Open(files: 2);
        for (int minute = 0; minute < 5; minute++)
        {
            await WriteAsync(recorder, minute, "a", "b", "c", "d");
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        await WriteAsync(recorder, 5, "a");

        Assert.Equal(["a 6", "b 5", "c 0", "d 0"], Kept(recorder, "a", "b", "c", "d"));
        Assert.Contains("Scores of 2 axes are not kept", Assert.Single(_log.Entries).Text, StringComparison.Ordinal);
        Assert.Equal(2 * FileBytes, BytesOnDisk());
    }

    [Fact]
    public async Task Write_AfterARestartInAnotherOrder_KeepsTheSameAxes()
    {
        using (ScoreRecorder first = Open(files: 2))
        {
            await WriteAsync(first, 1, "a", "b", "c");
        }

        using ScoreRecorder second = Open(files: 2);
        await WriteAsync(second, 2, "c", "b", "a");

        Assert.Equal(["a 1", "b 1", "c 0"], Kept(second, "a", "b", "c"));
    }

    [Fact]
    public async Task Write_AxisThatWasRenamed_LeavesItsRoomAfterADay()
    {
        using ScoreRecorder recorder = Open(files: 2);
        await WriteAsync(recorder, 1, "old", "b");
        _time.Advance(TimeSpan.FromHours(23));
        await WriteAsync(recorder, 2, "b", "new");
        Assert.Equal(["old 1", "b 2", "new 0"], Kept(recorder, "old", "b", "new"));

        _time.Advance(TimeSpan.FromHours(2));
        await WriteAsync(recorder, 3, "b", "new");

        Assert.Equal(["old 0", "b 3", "new 1"], Kept(recorder, "old", "b", "new"));
        Assert.Equal(2 * FileBytes, BytesOnDisk());
    }

    [Fact]
    public async Task Open_LessRoomThanBefore_DeletesTheLongestUnwritten()
    {
        using (ScoreRecorder first = Open(files: 3))
        {
            await WriteAsync(first, 1, "a", "b", "c");
        }

        string[] files = Directory.GetFiles(_folder);
        for (int i = 0; i < files.Length; i++)
        {
            File.SetLastWriteTimeUtc(files[i], DateTime.UnixEpoch.AddDays(i));
        }

        Open(files: 1).Dispose();

        Assert.Equal(files[^1], Assert.Single(Directory.GetFiles(_folder)));
    }

    [Fact]
    public async Task Write_FileThatCouldNotBeOpened_IsTriedAgainAfterAMinute()
    {
        string path = Path.Combine(_folder, $"{StableHash.Of("a/s/x"):x16}.scores");
        Directory.CreateDirectory(path);
        using ScoreRecorder recorder = Open(files: 1);
        await WriteAsync(recorder, 1, "a");
        Directory.Delete(path);
        await WriteAsync(recorder, 2, "a");
        Assert.Equal(["a 0"], Kept(recorder, "a"));

        _time.Advance(TimeSpan.FromMinutes(1));
        await WriteAsync(recorder, 3, "a");

        Assert.Equal(["a 1"], Kept(recorder, "a"));
        Assert.Single(_log.Entries);
    }

    private ScoreRecorder Open(int files) => new(_folder, new RecalibrationOptions { KeptWindows = Windows, KeptBytes = files * FileBytes }, _time, _log);

    private async Task WriteAsync(ScoreRecorder recorder, long timeUnixNs, params string[] machines)
    {
        using ScoreBatch batch = _scores.Of(1, timeUnixNs, machines);
        await recorder.WriteAsync(batch, CancellationToken.None);
    }

    private static IEnumerable<string> Kept(ScoreRecorder recorder, params string[] machines) =>
        machines.Select(machine => FormattableString.Invariant($"{machine} {recorder.Read(new AxisId(machine, "s", "x"), "m 0123456789ab", 0, long.MaxValue).Count}"));

    private long BytesOnDisk() => new DirectoryInfo(_folder).EnumerateFiles().Sum(file => file.Length);
}
