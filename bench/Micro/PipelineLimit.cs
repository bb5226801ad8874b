using System.Globalization;
using System.Runtime;
using System.Text.Json;
using Thrum.Detector.Models;

namespace Thrum.Micro;

/// <summary>
/// The in-process pipeline beside the sum of its parts, measured in one run in processor time: throughput over the number of sensors,
/// bytes allocated per window, memory of an idle sensor. Prints the table of <c>docs/results.md</c>.
/// </summary>
internal static class PipelineLimit
{
    private const int WindowsPerBlock = 4;
    private static readonly int[] AllSensors = [10, 100, 1_000, 10_000];
    private static readonly string[] Metrics = ["mse", "lmse", "fft(2)", "fft(10)", "fft(20)", "fft(30)"];

    /// <param name="rounds">How often each number of sensors is measured; the median counts.</param>
    /// <param name="windows">Windows per round.</param>
    /// <param name="only">Only so many sensors, and nothing beside the throughput; empty for all.</param>
    public static async Task RunAsync(int rounds, int windows, int[] only)
    {
        int[] sensors = only.Length > 0 ? only : AllSensors;
        using AutoencoderModel model = AutoencoderModel.Load(
            Path.Combine(AppContext.BaseDirectory, "models", "cwru.onnx"),
            new Dictionary<string, string> { ["metrics"] = JsonSerializer.Serialize(Metrics), ["hop"] = "256" });
        var limits = new List<PartsLimit>();
        var speeds = sensors.ToDictionary(count => count, _ => new List<double>());
        var bytes = sensors.ToDictionary(count => count, _ => new List<double>());

        // What is not compiled to the last yet is no measure of anything: a round that does not count goes first.
        _ = PartsLimit.Measure(model, windows / 4);
        _ = await MeasureAsync(model, sensors[0], windows);
        for (int round = 0; round < rounds; round++)
        {
            limits.Add(PartsLimit.Measure(model, windows / 4));
            foreach (int count in sensors)
            {
                (double speed, double allocated) = await MeasureAsync(model, count, windows);
                speeds[count].Add(speed);
                bytes[count].Add(allocated);
            }
        }

        double limit = Median(limits.Select(parts => parts.WindowsPerSecond));
        Write($"limit: {limit:F0} windows a CPU second; reconstruct {Median(limits.Select(l => l.ReconstructMicros)):F3} us at batch {limits[^1].BestBatch}, metrics {Median(limits.Select(l => l.MetricsMicros)):F3} us");
        Write($"| sensors | windows a CPU second | of the limit | bytes a window |");
        Write($"|---|---|---|---|");
        foreach (int count in sensors)
        {
            double speed = Median(speeds[count]);
            Write($"| {count} | {speed:F0} ({speeds[count].Min():F0} - {speeds[count].Max():F0}) | {100 * speed / limit:F0} % | {Median(bytes[count]):F2} |");
        }

        if (only.Length == 0)
        {
            await RunBaselineAsync(model, rounds, windows);
            await RunIdleAsync(model);
        }
    }

    /// <summary>What the scores that need no model cost beside it, with 100 sensors; with and without in turn.</summary>
    private static async Task RunBaselineAsync(AutoencoderModel model, int rounds, int windows)
    {
        List<double> with = [], without = [];
        for (int round = 0; round < rounds; round++)
        {
            with.Add((await MeasureAsync(model, 100, windows, baseline: true)).Speed);
            without.Add((await MeasureAsync(model, 100, windows)).Speed);
        }

        double cost = (1e6 / Median(with)) - (1e6 / Median(without));
        Write($"a baseline beside the model: {cost:F3} us more a window of {model.Metadata.HopSamples} new samples, {100 * Median(with) / Median(without):F0} % of the throughput without");
    }

    /// <summary>Memory of an idle sensor alone.</summary>
    public static async Task RunIdleAsync()
    {
        using AutoencoderModel model = AutoencoderModel.Load(Path.Combine(AppContext.BaseDirectory, "models", "cwru.onnx"));
        await RunIdleAsync(model);
    }

    private static async Task RunIdleAsync(AutoencoderModel model)
    {
        double beside = await IdleBytesAsync(model, 2_000, TimeSpan.Zero, baseline: true);
        double bare = await IdleBytesAsync(model, 10_000, TimeSpan.Zero), buffered = await IdleBytesAsync(model, 1_000, null);
        Write($"idle sensor: {bare:F0} bytes, {bare / (model.Metadata.WindowSamples * sizeof(float)):F2} windows; measurement buffer: {buffered - bare:F0} bytes more; baseline beside the model: {beside - bare:F0} bytes more at {model.Metadata.SampleRateHz} Hz");
    }

    private static async Task<(double Speed, double Bytes)> MeasureAsync(AutoencoderModel model, int sensors, int windows, bool baseline = false)
    {
        using var round = new PipelineRound(model, sensors, baseline: baseline);
        int blocks = windows / WindowsPerBlock;
        int warmUp = Math.Max(2 * sensors, blocks / 2);
        await round.FeedAsync(warmUp);
        await round.DrainAsync((long)warmUp * WindowsPerBlock);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        double seconds = await CpuClock.SecondsAsync(async () =>
        {
            await round.FeedAsync(blocks);
            await round.DrainAsync((long)(warmUp + blocks) * WindowsPerBlock);
        });
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        await round.EndAsync();
        return (blocks * WindowsPerBlock / seconds, (double)allocated / (blocks * WindowsPerBlock));
    }

    /// <summary>Managed memory of each further sensor that sent some windows, then part of one.</summary>
    private static async Task<double> IdleBytesAsync(AutoencoderModel model, int sensors, TimeSpan? buffer, bool baseline = false)
    {
        long few = await MemoryAsync(model, sensors, buffer, baseline), many = await MemoryAsync(model, 2 * sensors, buffer, baseline);
        return (double)(many - few) / sensors;
    }

    private static async Task<long> MemoryAsync(AutoencoderModel model, int sensors, TimeSpan? buffer, bool baseline)
    {
        const int Blocks = 40_000;
        using var round = new PipelineRound(model, sensors, buffer, baseline);
        // As many blocks however many sensors: the queues and their pools are then alike.
        await round.FeedAsync(Blocks);
        await round.DrainAsync((long)Blocks * WindowsPerBlock);
        await round.FeedAsync(sensors, 100);
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        Collect();

        // The pools of the round before hang on thread-local memory, which a finalizer frees.
        GC.WaitForPendingFinalizers();
        Collect();
        GCMemoryInfo memory = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        await round.EndAsync();
        return memory.HeapSizeBytes - memory.FragmentedBytes;
    }

    private static void Collect()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
