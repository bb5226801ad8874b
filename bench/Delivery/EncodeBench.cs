using Thrum.Detector.Scores;
using Thrum.Sink.LineProtocol;

namespace Thrum.Delivery;

/// <summary>Line protocol on one core: fields a second and bytes allocated a point, of points with metrics only and with all fields.</summary>
internal static class EncodeBench
{
    private const int BatchPoints = 5000, Batches = 200;

    public static void Run(int rounds)
    {
        Points points = new();
        ScoreBatchPool pool = new();
        using ScoreBatch batch = pool.Rent();
        points.Append(batch, 0, BatchPoints);
        foreach ((LineFields which, int fields) in new[] { (LineFields.Metrics, Points.Metrics), (LineFields.All, Points.Metrics + 7) })
        {
            ScoreEncoder encoder = new(which);
            using ByteBuffer buffer = new(2 << 20);
            Encode(encoder, buffer, batch, 20);
            List<double> rates = [];
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            for (int round = 0; round < rounds; round++)
            {
                // Processor time: the machine may have other work.
                TimeSpan start = Environment.CpuUsage.TotalTime;
                Encode(encoder, buffer, batch, Batches);
                rates.Add((double)BatchPoints * Batches * fields / (Environment.CpuUsage.TotalTime - start).TotalSeconds);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated - (64 * rounds);
            rates.Sort();
            Console.WriteLine(FormattableString.Invariant(
                $"encode {which}: {rates[rates.Count / 2] / 1e6:F1} M fields a CPU second ({rates[0] / 1e6:F1} - {rates[^1] / 1e6:F1}), {Math.Max(0, allocated) / ((double)BatchPoints * Batches * rounds):F4} bytes a point"));
        }
    }

    private static void Encode(ScoreEncoder encoder, ByteBuffer buffer, ScoreBatch batch, int times)
    {
        for (int i = 0; i < times; i++)
        {
            buffer.Truncate(0);
            foreach (ref readonly WindowScore window in batch.Windows)
            {
                encoder.Encode(buffer, batch, in window);
            }
        }
    }
}
