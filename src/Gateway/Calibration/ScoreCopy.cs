using System.Buffers.Binary;

namespace Thrum.Gateway.Calibration;

/// <summary>A scored window as it is kept.</summary>
/// <param name="TimeUnixNs">Its time.</param>
/// <param name="IsHealthy">Whether no alarm of its axis stood.</param>
/// <param name="Band">Hash of the name of its band; 0 without one.</param>
/// <param name="Metrics">Its metrics.</param>
internal readonly record struct KeptWindow(long TimeUnixNs, bool IsHealthy, int Band, float[] Metrics);

/// <summary>What a <see cref="ScoreLog"/> held at one time.</summary>
/// <param name="ring">Its records.</param>
/// <param name="stride">Bytes of a record.</param>
/// <param name="written">Records that were ever written; the next would come at this number modulo the ring's length.</param>
internal sealed class ScoreCopy(byte[] ring, int stride, long written)
{
    private const int BytesBeforeMetrics = sizeof(long) + (2 * sizeof(int));

    /// <summary>The windows from one time to another, in the order in which they came.</summary>
    public List<KeptWindow> Read(long fromUnixNs, long toUnixNs)
    {
        var windows = new List<KeptWindow>();
        long count = ring.Length / stride;
        for (long i = written - count; i < written; i++)
        {
            ReadOnlySpan<byte> record = ring.AsSpan((int)(i % count * stride), stride);
            long time = BinaryPrimitives.ReadInt64LittleEndian(record);
            if (time < fromUnixNs || time > toUnixNs)
            {
                continue;
            }

            float[] metrics = new float[(stride - BytesBeforeMetrics) / sizeof(float)];
            for (int m = 0; m < metrics.Length; m++)
            {
                metrics[m] = BinaryPrimitives.ReadSingleLittleEndian(record[(BytesBeforeMetrics + (sizeof(float) * m))..]);
            }

            windows.Add(new KeptWindow(time, BinaryPrimitives.ReadInt32LittleEndian(record[8..]) != 0, BinaryPrimitives.ReadInt32LittleEndian(record[12..]), metrics));
        }

        return windows;
    }
}
