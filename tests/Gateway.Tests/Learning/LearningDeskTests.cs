using Microsoft.Extensions.Logging;
using Thrum.Detector.Baselines;
using Thrum.Detector.Samples;
using Thrum.Detector.Scores;
using Thrum.Gateway.Learning;

namespace Thrum.Gateway.Tests.Learning;

public sealed class LearningDeskTests : IDisposable
{
    private const int Bins = 3;
    private static readonly LearningPlan Plan = new(40, 2, 60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thrum-test-");
    private readonly ScoreBatchPool _pool = new();
    private readonly AxisStream _stream = new StreamRegistry(1).Resolve(new AxisId("pump", "s", "x"));
    private readonly FakeTrainer _trainer = new();
    private readonly FakeModels _models = new();
    private readonly ManualTimeProvider _time = new();
    private readonly SignallingLogger _log = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Write_AllWindows_TrainsOnThemAndGoesLive()
    {
        await using LearningDesk desk = Open();
        await WriteAsync(desk, 0, 100);

        Assert.Contains("has learned a model", await _log.NextAsync(), StringComparison.Ordinal);
        HealthyRecord record = Assert.Single(_trainer.Records);
        Assert.Equal((40, 60), (record.TrainingWindows, record.HeldOutWindows));
        Assert.Equal([30, 30], record.HeldOutBlocks);
        Assert.Equal([7f, 7.5f, 8f], record.Training.AsSpan(7 * Bins, Bins).ToArray());
        Assert.Equal([99f, 99.5f, 100f], record.HeldOut[^Bins..]);
        Assert.Equal((1_000_000_000L, 100_000_000_000L), (record.FirstUnixNs, record.LastUnixNs));
        Assert.Equal(_stream.Id, Assert.Single(_models.Live).Axis);
        Assert.Equal(("live", 1.0, "went live"), (desk.Progress[0].Phase, desk.Progress[0].Share, desk.Progress[0].Message));
        Assert.Empty(_folder.EnumerateFiles());
    }

    [Fact]
    public async Task Progress_SomeWindows_SaysHowFarItIs()
    {
        await using LearningDesk desk = Open();
        await WriteAsync(desk, 0, 26);

        LearningProgress progress = Assert.Single(desk.Progress);
        Assert.Equal(("pump", "s", "x", "collecting", "collecting 37 %"), (progress.Machine, progress.Sensor, progress.Axis, progress.Phase, progress.Message));
        Assert.Equal((52, 140, 4L), (progress.Windows, progress.WindowsWanted, progress.LeftOut));
    }

    [Fact]
    public async Task Write_AfterARestart_GoesOnWithWhatWasMadeDurable()
    {
        await using (LearningDesk before = Open())
        {
            await WriteAsync(before, 0, 50);
            await before.MakeDurableAsync(TestContext.Current.CancellationToken);
        }

        // The windows behind the last checkpoint come again.
        await using LearningDesk desk = Open();
        await WriteAsync(desk, 45, 100);

        _ = await _log.NextAsync();
        Assert.Equal(40, Assert.Single(_trainer.Records).TrainingWindows);
        Assert.Equal(60, _trainer.Records[0].HeldOutWindows);
    }

    [Fact]
    public async Task Start_CollectedButNotTrained_TrainsOnce()
    {
        await using (LearningDesk before = Open(start: false))
        {
            await WriteAsync(before, 0, 100);
        }

        await using LearningDesk desk = Open();
        _ = await _log.NextAsync();
        await WriteAsync(desk, 90, 100);
        Assert.Single(_trainer.Records);
    }

    [Fact]
    public async Task Start_AxisHasAModel_TrainsNothing()
    {
        await using (LearningDesk before = Open(start: false))
        {
            await WriteAsync(before, 0, 100);
        }

        _models.Known = true;
        await using LearningDesk desk = Open();
        Assert.Empty(desk.Progress);
    }

    [Fact]
    public async Task Write_TrainingFails_SaysWhyAndKeepsTheWindows()
    {
        _trainer.Fault = new BaselineTrainingException("nothing usable");
        await using LearningDesk desk = Open();
        await WriteAsync(desk, 0, 100);

        Assert.Contains("nothing usable", await _log.NextAsync(), StringComparison.Ordinal);
        Assert.Equal(("failed", "nothing usable; tried again after 06:00:00"), (desk.Progress[0].Phase, desk.Progress[0].Message));
        Assert.Single(_folder.EnumerateFiles());
    }

    [Fact]
    public async Task Write_TrainingFails_IsTriedAgainOnTheSameWindowsAfterTheStatedTime()
    {
        _trainer.Fault = new BaselineTrainingException("no room on the disk");
        await using LearningDesk desk = Open();
        await WriteAsync(desk, 0, 100);
        _ = await _log.NextAsync();

        _time.Advance(TimeSpan.FromHours(6) - TimeSpan.FromTicks(1));
        Assert.Equal("failed", desk.Progress[0].Phase);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Contains("no room on the disk", await _log.NextAsync(), StringComparison.Ordinal);
        _trainer.Fault = null;
        _time.Advance(TimeSpan.FromHours(6));

        Assert.Contains("has learned a model", await _log.NextAsync(), StringComparison.Ordinal);
        Assert.Equal([40, 40, 40], _trainer.Records.Select(record => record.TrainingWindows));
        Assert.Equal("live", desk.Progress[0].Phase);
    }

    [Fact]
    public async Task Write_TrainingFailsWithoutARetry_WaitsForTheNextStart()
    {
        _trainer.Fault = new BaselineTrainingException("nothing usable");
        await using (LearningDesk desk = Open(new LearningOptions { RetryAfter = TimeSpan.Zero }))
        {
            await WriteAsync(desk, 0, 100);
            _ = await _log.NextAsync();
            Assert.Equal("nothing usable", desk.Progress[0].Message);
            Assert.Equal(0, _time.ActiveTimers);
        }

        await using LearningDesk next = Open();
        _ = await _log.NextAsync();
        Assert.Equal(2, _trainer.Records.Count);
    }

    [Fact]
    public async Task Write_TrainingTakesTooLong_IsGivenUp()
    {
        _trainer.Endless = true;
        await using LearningDesk desk = Open();
        await WriteAsync(desk, 0, 100);
        await _trainer.Begun.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("training", desk.Progress[0].Phase);

        _time.Advance(TimeSpan.FromMinutes(10));

        Assert.Contains("longer than Detector:Baseline:Autoencoder:MaxTrainingTime", await _log.NextAsync(), StringComparison.Ordinal);
    }

    private LearningDesk Open(LearningOptions? options = null, bool start = true)
    {
        var desk = new LearningDesk(_folder.FullName, options ?? new LearningOptions(), 10, _trainer, _models, _time, _log);
        if (start)
        {
            desk.Start();
        }

        return desk;
    }

    private async Task WriteAsync(LearningDesk desk, int from, int to)
    {
        using ScoreBatch batch = _pool.Rent();
        for (int i = from; i < to; i++)
        {
            var window = new HealthyWindow
            {
                Stream = _stream,
                SampleRateHz = 1024,
                WindowSamples = 256,
                Plan = Plan,
                Index = i,
                Continues = i != 70,
                Seen = i < Plan.TrainingWindows ? (2 * i) + 2 : i + 41,
                LeftOut = 4,
                TimeUnixNs = (i + 1) * 1_000_000_000L,
            };
            batch.Append(window, [i, i + 0.5f, i + 1]);
        }

        await desk.WriteAsync(batch, TestContext.Current.CancellationToken);
        await desk.MakeDurableAsync(TestContext.Current.CancellationToken);
    }

    private sealed class FakeTrainer : IBaselineTrainer
    {
        public List<HealthyRecord> Records { get; } = [];

        public BaselineTrainingException? Fault { get; set; }

        public bool Endless { get; set; }

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public LearnedModel Train(HealthyRecord record, DateOnly date, IProgress<double>? progress, CancellationToken cancellationToken)
        {
            Records.Add(record);
            Begun.TrySetResult();
            if (Endless)
            {
                cancellationToken.WaitHandle.WaitOne();
                cancellationToken.ThrowIfCancellationRequested();
            }

            return Fault is null ? new LearnedModel(new byte[] { 1 }, "card") : throw Fault;
        }
    }

    private sealed class FakeModels : ILearnedModels
    {
        public bool Known { get; set; }

        public List<(AxisId Axis, LearnedModel Model)> Live { get; } = [];

        public bool Has(AxisId axis) => Known;

        public Task<string> GoLiveAsync(AxisId axis, LearnedModel model, CancellationToken cancellationToken)
        {
            Live.Add((axis, model));
            return Task.FromResult("went live");
        }
    }

    private sealed class SignallingLogger : ILogger
    {
        private readonly System.Threading.Channels.Channel<string> _lines = System.Threading.Channels.Channel.CreateBounded<string>(100);

        public ValueTask<string> NextAsync() => _lines.Reader.ReadAsync(TestContext.Current.CancellationToken);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Writer.TryWrite(formatter(state, exception));
    }
}
