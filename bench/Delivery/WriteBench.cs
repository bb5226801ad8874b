using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Scores;
using Thrum.Sink.Influx;
using Thrum.Sink.LineProtocol;

namespace Thrum.Delivery;

/// <summary>Batches of windows into a database until it has confirmed the last; prints points a second.</summary>
internal static class WriteBench
{
    private const int BatchWindows = 2048;

    public static async Task RunAsync(Uri url, int rounds, int points)
    {
        InfluxOptions options = new() { Url = url.ToString(), Bucket = "bench", Gzip = GzipMode.Off, Fields = LineFields.Metrics, QueueBytes = 32 << 20 };
        Points source = new();
        List<double> prepared = [], thrum = [];
        long next = 1_000_000_000;
        // Two more at first, for what is compiled on the way.
        for (int round = -2; round < rounds; round++)
        {
            double ceiling = await PreparedBodies.SendAsync(url, source, points, next);
            double ours = await SendAsync(options, source, next + (2 * points), points);
            next += 4 * points;
            if (round >= 0)
            {
                prepared.Add(ceiling);
                thrum.Add(ours);
            }
        }

        double ratio = Median(thrum.Zip(prepared, static (a, b) => a / b));
        Console.WriteLine(FormattableString.Invariant(
            $"same bytes prepared {Median(prepared):F0}, Thrum {Median(thrum):F0} points/s; median of the {rounds} rounds' ratios {100 * ratio:F0} %"));
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static async Task<double> SendAsync(InfluxOptions options, Points source, long first, int points)
    {
        await using InfluxDestination destination = await InfluxDestination.CreateAsync(
            options, null, TimeProvider.System, NullLogger<InfluxDestination>.Instance, CancellationToken.None);
        ScoreBatchPool pool = new();
        long start = Stopwatch.GetTimestamp();
        for (int done = 0; done < points; done += BatchWindows)
        {
            using ScoreBatch batch = pool.Rent();
            source.Append(batch, first + done, Math.Min(BatchWindows, points - done));
            await destination.WriteAsync(batch, CancellationToken.None);
        }

        await destination.CompleteAsync(CancellationToken.None);
        return destination.Counters.Sent == points
            ? points / Stopwatch.GetElapsedTime(start).TotalSeconds
            : throw new InvalidOperationException(FormattableString.Invariant($"{destination.Counters.Sent} of {points} points were taken"));
    }
}
