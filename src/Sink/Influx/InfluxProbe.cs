using System.Text;
using Thrum.Sink.Http;

namespace Thrum.Sink.Influx;

/// <summary>What a database said to a write of nothing.</summary>
/// <param name="IsReached">It answered.</param>
/// <param name="IsPermitted">It would have written points.</param>
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
        ArgumentNullException.ThrowIfNull(options);
        using HttpRequestMessage request = new InfluxRequests(options).Write(Comment);
        HttpAnswer answer = await HttpProbe.SendAsync(request, options.Timeout, time, cancellationToken);
        bool isPermitted = answer.Status is >= 200 and < 300
            || (answer.Status is 400 or 422 && AboutNothing.Any(words => answer.Text.Contains(words, StringComparison.OrdinalIgnoreCase)));
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
