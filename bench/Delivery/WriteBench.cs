using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Scores;
using Thrum.Sink.Influx;
using Thrum.Sink.LineProtocol;

namespace Thrum.Delivery;

/// <summary>
/// Batches of windows into a database until it has confirmed the last, in turn with two ceilings that only send what was prepared: the very same bytes, and the
/// peers' bodies by the peers' own tool. Prints points a second, and the medians of the rounds' ratios.
/// </summary>
internal static class WriteBench
{
    private const int BatchWindows = 2048;

    public static async Task RunAsync(Uri url, int rounds, int points, string peersTool)
    {
        InfluxOptions options = new() { Url = url.ToString(), Bucket = "bench", Gzip = GzipMode.Off, Fields = LineFields.Metrics, QueueBytes = 32 << 20 };
        Points source = new();
        PeersCeiling peers = new(peersTool, url.Port, points);
        long next = 1_000_000_000;
        Func<Task<double>>[] contenders =
        [
            () => PreparedBodies.SendAsync(url, source, points, next += 2 * points),
            peers.SendAsync,
            () => SendAsync(options, source, next += 2 * points, points),
        ];
        double[][] rates = [.. contenders.Select(_ => new double[rounds])];

        // Two more at first, for what is compiled on the way; who begins changes from round to round.
        for (int round = -2; round < rounds; round++)
        {
            for (int turn = 0; turn < contenders.Length; turn++)
            {
                int who = (turn + round + contenders.Length) % contenders.Length;
                double rate = await contenders[who]();
                if (round >= 0)
                {
                    rates[who][round] = rate;
                }
            }
        }

        Console.WriteLine(FormattableString.Invariant(
            $"same bytes prepared {Median(rates[0]):F0}, peers' ceiling {Median(rates[1]):F0}, Thrum {Median(rates[2]):F0} points/s"));
        Console.WriteLine(FormattableString.Invariant(
            $"median of the {rounds} rounds' ratios: {Ratio(rates[2], rates[0])} of the same bytes, {Ratio(rates[2], rates[1])} of the peers' ceiling"));
    }

    /// <summary>Median and quartiles.</summary>
    private static string Ratio(double[] ours, double[] theirs)
    {
        double[] ratios = [.. ours.Zip(theirs, static (a, b) => a / b).Order()];
        return FormattableString.Invariant($"{100 * ratios[ratios.Length / 2]:F0} % ({100 * ratios[ratios.Length / 4]:F0} - {100 * ratios[ratios.Length * 3 / 4]:F0})");
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
