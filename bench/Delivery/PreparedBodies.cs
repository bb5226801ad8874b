using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Thrum.Detector.Scores;
using Thrum.Sink.LineProtocol;

namespace Thrum.Delivery;

/// <summary>The ceiling for the very same bytes: bodies that were encoded before the clock starts, written one after the other to a socket.</summary>
internal static class PreparedBodies
{
    private const int BodyPoints = 5000;

    public static async Task<double> SendAsync(Uri url, Points source, int points, long first)
    {
        List<byte[]> requests = Encode(url, source, points, first);
        using TcpClient client = new() { NoDelay = true };
        await client.ConnectAsync(url.Host, url.Port);
        NetworkStream stream = client.GetStream();
        await SendAsync(stream, requests[0]);
        long start = Stopwatch.GetTimestamp();
        foreach (byte[] request in requests.Skip(1))
        {
            await SendAsync(stream, request);
        }

        return (requests.Count - 1) * BodyPoints / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static List<byte[]> Encode(Uri url, Points source, int points, long first)
    {
        ScoreBatchPool pool = new();
        ScoreEncoder encoder = new(LineFields.Metrics);
        List<byte[]> requests = [];
        for (int done = 0; done <= points; done += BodyPoints)
        {
            using ScoreBatch batch = pool.Rent();
            source.Append(batch, first + done, BodyPoints);
            using ByteBuffer body = new(1 << 20);
            foreach (ref readonly WindowScore window in batch.Windows)
            {
                encoder.Encode(body, batch, in window);
            }

            string head = FormattableString.Invariant(
                $"POST /api/v2/write?org=&bucket=bench&precision=ns HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {body.Length}\r\n\r\n");
            requests.Add([.. Encoding.ASCII.GetBytes(head), .. body.Written.Span]);
        }

        return requests;
    }

    /// <summary>Writes a request and reads the answer, which has no body.</summary>
    private static async Task SendAsync(NetworkStream stream, byte[] request)
    {
        await stream.WriteAsync(request);
        byte[] answer = new byte[4096];
        int length = 0;
        while (!answer.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
        {
            int read = await stream.ReadAsync(answer.AsMemory(length));
            length += read > 0 ? read : throw new IOException("the server closed the connection");
        }

        if (!answer.AsSpan().StartsWith("HTTP/1.1 204"u8))
        {
            throw new InvalidOperationException(Encoding.ASCII.GetString(answer, 0, length));
        }
    }
}
