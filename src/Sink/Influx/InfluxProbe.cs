using System.Text;
using Thrum.Sink.Http;

namespace Thrum.Sink.Influx;

/// <summary>What a database said to a single write.</summary>
/// <param name="IsReached">It answered.</param>
/// <param name="IsPermitted">It wrote the points, or would have written some.</param>
/// <param name="Words">What it said otherwise, or why it was not reached.</param>
/// <param name="ServerTime">Its clock, to the second, where it tells.</param>
public sealed record InfluxAnswer(bool IsReached, bool IsPermitted, string Words, DateTimeOffset? ServerTime);

/// <summary>Asks whether points would be written, by a write of a comment: address, rights and database are judged before the (empty) content.</summary>
public static class InfluxProbe
{
    /// <summary>A line that line protocol passes over, so that no database has a point of it.</summary>
    private static readonly byte[] Comment = "# thrum asks whether it may write\n"u8.ToArray();

    /// <summary>Words about a content without points: whoever says them had let us write.</summary>
    private static readonly string[] AboutNothing = ["empty", "no data", "no points", "no lines", "parse", "parsing"];

    /// <summary>Asks once.</summary>
    /// <param name="options">Settings without <see cref="InfluxOptions.Faults"/>.</param>
    /// <param name="time">The clock of the time limit.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task<InfluxAnswer> AskAsync(InfluxOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        HttpAnswer answer = await SendAsync(options, Comment, time, cancellationToken);
        bool isPermitted = IsSuccess(answer)
            || (answer.Status is 400 or 422 && AboutNothing.Any(words => answer.Text.Contains(words, StringComparison.OrdinalIgnoreCase)));
        return Answer(answer, isPermitted);
    }

    /// <summary>Writes lines of line protocol once.</summary>
    /// <param name="options">Settings without <see cref="InfluxOptions.Faults"/>.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="time">The clock of the time limit.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task<InfluxAnswer> WriteAsync(InfluxOptions options, ReadOnlyMemory<byte> lines, TimeProvider time, CancellationToken cancellationToken)
    {
        HttpAnswer answer = await SendAsync(options, lines, time, cancellationToken);
        return Answer(answer, IsSuccess(answer));
    }

    private static async Task<HttpAnswer> SendAsync(InfluxOptions options, ReadOnlyMemory<byte> lines, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        using HttpRequestMessage request = new InfluxRequests(options).Write(lines);
        return await HttpProbe.SendAsync(request, options.Timeout, time, cancellationToken);
    }

    private static bool IsSuccess(HttpAnswer answer) => answer.Status is >= 200 and < 300;

    private static InfluxAnswer Answer(HttpAnswer answer, bool isPermitted)
    {
        string words = answer.Status is { } status ? FormattableString.Invariant($"{status}: {Line(answer.Text)}").TrimEnd(':', ' ') : Line(answer.Text);
        return new InfluxAnswer(answer.Status is not null, isPermitted, words, answer.Date);
    }

    private static string Line(string text)
    {
        var line = new StringBuilder();
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, 300)).Trim())
        {
            line.Append(char.IsControl(c) ? ' ' : c);
        }

        return line.ToString();
    }
}
